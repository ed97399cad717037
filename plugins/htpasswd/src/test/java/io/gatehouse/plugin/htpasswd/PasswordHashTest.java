package io.gatehouse.plugin.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Against hashes that libxcrypt, OpenSSL and Python made. */
class PasswordHashTest {

    private static boolean matches(String hash, String password) {
        return PasswordHash.parse(hash, true).matches(password.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void knowsEveryForm() {
        assertThat(matches(HtpasswdTesting.BCRYPT_SECRET, "secret")).isTrue();
        assertThat(matches(HtpasswdTesting.BCRYPT_SECRET, "Secret")).isFalse();
        assertThat(matches(HtpasswdTesting.BCRYPT_2A_SECRET, "secret")).isTrue();
        assertThat(matches(HtpasswdTesting.BCRYPT_2B_UMLAUTS, "p\u00e4ssw\u00f6rd"))
                .isTrue();
        assertThat(matches(HtpasswdTesting.APR1_SECRET, "secret")).isTrue();
        assertThat(matches(HtpasswdTesting.APR1_SECRET, "secre")).isFalse();
        assertThat(matches(HtpasswdTesting.SHA_SECRET, "secret")).isTrue();
        assertThat(matches(HtpasswdTesting.SHA_SECRET, "secrets")).isFalse();
    }

    @Test
    void aLongPasswordCountsForItsFirst72BytesWithBcrypt() {
        String stem = "x".repeat(71);
        assertThat(matches(HtpasswdTesting.BCRYPT_LONG, stem + "yz")).isTrue();
        assertThat(matches(HtpasswdTesting.BCRYPT_LONG, stem + "y")).isTrue();
        assertThat(matches(HtpasswdTesting.BCRYPT_LONG, stem + "y".repeat(900))).isTrue();
        assertThat(matches(HtpasswdTesting.BCRYPT_LONG, stem)).isFalse();
        assertThat(matches(HtpasswdTesting.BCRYPT_LONG, stem + "z")).isFalse();
    }

    @Test
    void doesNotShowItself() {
        assertThat(PasswordHash.parse(HtpasswdTesting.APR1_SECRET, false)).hasToString("apr1");
    }
}
