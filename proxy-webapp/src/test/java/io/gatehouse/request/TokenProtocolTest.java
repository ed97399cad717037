package io.gatehouse.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases of {@code k8s.io/apiserver/pkg/authentication/request/websocket/protocol_test.go}, and their neighbours. */
class TokenProtocolTest {

    private static final String PREFIX = "base64url.bearer.authorization.k8s.io.";

    /** {@code token}. */
    private static final String ONE = PREFIX + "dG9rZW4";

    private static FakeRequest offering(String... fields) {
        FakeRequest request = new FakeRequest();
        for (String field : fields) {
            request.header(TokenProtocol.FIELD, field);
        }
        return request;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ONE + ",v4.channel.k8s.io",
                "v4.channel.k8s.io, " + ONE,
                "v5.channel.k8s.io,  " + ONE + "  , v4.channel.k8s.io"
            })
    void readsTheToken(String field) {
        assertThat(TokenProtocol.token(offering(field).request()))
                .hasValueSatisfying(token -> assertThat(token.reveal()).isEqualTo("token"));
    }

    @Test
    void readsTheTokenOfSeveralFields() {
        assertThat(TokenProtocol.token(offering("v4.channel.k8s.io", ONE).request()))
                .isPresent();
    }

    @Test
    void findsNoneWhereThereIsNone() {
        assertThat(TokenProtocol.token(offering().request())).isEmpty();
        assertThat(TokenProtocol.token(offering("v4.channel.k8s.io").request())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ONE,
                ONE + ",",
                ONE + "," + ONE + ",v4.channel.k8s.io",
                PREFIX + "dG9rZW4=,v4.channel.k8s.io",
                PREFIX + "b+/=,v4.channel.k8s.io",
                PREFIX + "%,v4.channel.k8s.io",
                PREFIX + "_w,v4.channel.k8s.io", // the byte FF
                "x" + ONE + ",v4.channel.k8s.io"
            })
    void refusesWhatCanNotBeRead(String field) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenProtocol.token(offering(field).request()))
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("dG9rZW4"));
    }

    @Test
    void foldsTheOthersIntoOneField() {
        assertThat(TokenProtocol.without(List.of("v5.channel.k8s.io," + ONE, "v4.channel.k8s.io , v3")))
                .isEqualTo("v5.channel.k8s.io, v4.channel.k8s.io, v3");
        assertThat(TokenProtocol.without(List.of(ONE, "x" + ONE))).isEmpty();
    }
}
