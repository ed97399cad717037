package io.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;

class PasswordHashTest {

    @Test
    void makesABcryptHashWithASaltOfItsOwn() {
        String hash = PasswordHash.bcrypt("hünter2".toCharArray());
        assertThat(hash).matches("\\$2y\\$10\\$[./A-Za-z0-9]{53}");
        assertThat(OpenBSDBCrypt.checkPassword(hash, "hünter2".toCharArray())).isTrue();
        assertThat(OpenBSDBCrypt.checkPassword(hash, "hunter2".toCharArray())).isFalse();
        assertThat(PasswordHash.bcrypt("hünter2".toCharArray())).isNotEqualTo(hash);
    }

    @Test
    void countsBytes() {
        assertThat(PasswordHash.bcrypt("ü".repeat(36).toCharArray())).isNotEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PasswordHash.bcrypt("ü".repeat(37).toCharArray()))
                .withMessage("the password is longer than the 72 bytes that bcrypt reads");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PasswordHash.bcrypt(new char[0]))
                .withMessage("the password is empty");
    }
}
