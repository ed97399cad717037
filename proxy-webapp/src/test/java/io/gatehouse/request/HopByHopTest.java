package io.gatehouse.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HopByHopTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "Proxy-Connection",
                "Keep-Alive",
                "Proxy-Authenticate",
                "Proxy-Authorization",
                "TE",
                "Trailer",
                "Transfer-Encoding",
                "Upgrade",
                "HTTP2-Settings"
            })
    void endsAtTheConnection(String name) {
        assertThat(HopByHop.contains(name.toLowerCase(Locale.ROOT))).isTrue();
    }

    /** Attacks A1 and A2. */
    @Test
    void readsEveryNomination() {
        List<String> values = List.of("close, X-Forwarded_For ,\tIMPERSONATE-User", ",,", "Host");
        assertThat(HopByHop.nominated(values.iterator()))
                .containsExactlyInAnyOrder("close", "x-forwarded-for", "impersonate-user", "host");
        assertThat(HopByHop.nominated(Collections.emptyIterator())).isEmpty();
    }
}
