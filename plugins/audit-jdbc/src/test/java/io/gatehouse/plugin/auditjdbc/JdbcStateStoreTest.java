package io.gatehouse.plugin.auditjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.StateStore;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store in H2. */
class JdbcStateStoreTest extends StateStoreCases {

    @TempDir
    private Path home;

    private final JdbcStateStoreFactory factory = new JdbcStateStoreFactory();

    @Override
    StateStore create() {
        return factory.create(TestSettings.of(factory), new TestContext("local", home, clock));
    }

    @Test
    void onlyItsOwnerReadsTheFile() throws Exception {
        assertThat(Files.getPosixFilePermissions(home.resolve("state.mv.db")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aDatabaseThatCanNotBeOpenedIsSaidAtOnce() throws Exception {
        Files.writeString(home.resolve("bad.mv.db"), "not a database".repeat(1000));
        TestSettings settings = TestSettings.of(factory).with(DatabaseSettings.URL, "bad");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> factory.create(settings, new TestContext("local", home, clock)))
                .withMessageContaining("is damaged or not an H2 database");
    }
}
