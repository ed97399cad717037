package io.gatehouse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.request.FakeRequest;
import io.gatehouse.request.InvalidRequestException;
import io.gatehouse.request.ManagedHeaders;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeclaredHeadersTest {

    private static Map<String, List<String>> read(List<String> declared, String... lines) {
        FakeRequest request = new FakeRequest();
        for (String line : lines) {
            int colon = line.indexOf(':');
            request.header(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        return new DeclaredHeaders(declared, ManagedHeaders.with(List.of("X-User"))).of(request.request());
    }

    @Test
    void showsWhatWasAskedFor() {
        assertThat(read(List.of("X-Tenant", "X-Other"), "x-tenant: a", "X-TENANT: b", "X-More: c"))
                .isEqualTo(Map.of("x-tenant", List.of("a", "b")));
        assertThat(read(List.of(), "X-Tenant: a")).isEmpty();
    }

    /** The upstream reads something else there, or nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"Cookie", "Authorization", "X-User", "Impersonate-User", "X-Remote-Group", "TE"})
    void showsNothingThatIsNotForwardedAsItCame(String name) {
        assertThat(read(List.of(name), name + ": a")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Connection: X-Tenant|a plugin judges by the header x-tenant, and Connection takes it away",
                "Connection: close , x_TENANT|a plugin judges by the header x-tenant, and Connection takes it away",
                "X_Tenant: b|a header is another spelling of x-tenant, by which a plugin judges",
                "x.tenant: a|a header is another spelling of x-tenant, by which a plugin judges"
            })
    void whatIsJudgedIsWhatTheUpstreamReads(String line, String message) {
        for (String other : List.of("X-Tenant: a", "X-More: a")) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> read(List.of("X-Tenant"), other, line))
                    .withMessage(message)
                    .satisfies(refused -> assertThat(refused.status()).isEqualTo(400));
        }
        assertThat(read(List.of(), line)).isEmpty();
    }

    @Test
    void otherNominationsAndSpellingsDoNotMatter() {
        assertThat(read(List.of("X-Tenant"), "X-Tenant: a", "Connection: close, X-More", "X_More: b"))
                .isEqualTo(Map.of("x-tenant", List.of("a")));
        assertThat(read(List.of("x_tenant"), "X_Tenant: a")).isEqualTo(Map.of("x_tenant", List.of("a")));
    }
}
