package io.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http2HeadTest {

    private static MetaData.Response answer(String... lengths) {
        HttpFields.Mutable fields = HttpFields.build();
        for (String length : lengths) {
            fields.add("content-length", length);
        }
        return new MetaData.Response(200, null, HttpVersion.HTTP_2, fields.asImmutable());
    }

    @Test
    void takesOneLength() throws Exception {
        assertThat(Http2Head.answer(answer("5"))
                        .getFirstHeader("Content-Length")
                        .getValue())
                .isEqualTo("5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "5, 6", "+5", "-1", "0x5"})
    void takesNoneThatCouldBeReadInAnotherWay(String length) {
        assertThatIOException().isThrownBy(() -> Http2Head.answer(answer(length)));
        assertThatIOException().isThrownBy(() -> Http2Head.answer(answer("5", "5")));
    }
}
