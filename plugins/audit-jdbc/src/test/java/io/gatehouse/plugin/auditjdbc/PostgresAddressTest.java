package io.gatehouse.plugin.auditjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresAddressTest {

    private static PostgresAddress parse(String url) {
        return PostgresAddress.parse(url, false);
    }

    @Test
    void hasHostsADatabaseAndASchema() {
        PostgresAddress address =
                parse("jdbc:postgresql://db-1.example.com:5433,10.0.0.7,[fd00::7]:5432/gate?currentSchema=audit");
        assertThat(address.hosts()).containsExactly("db-1.example.com:5433", "10.0.0.7", "[fd00::7]:5432");
        assertThat(address.database()).isEqualTo("gate");
        assertThat(address.schema()).isEqualTo(Optional.of("audit"));
        assertThat(address.url()).isEqualTo("jdbc:postgresql://db-1.example.com:5433,10.0.0.7,[fd00::7]:5432/gate");
        assertThat(address).hasToString("db-1.example.com:5433,10.0.0.7,[fd00::7]:5432/gate");
    }

    @ParameterizedTest
    @CsvSource({
        "db.example.com/gate, false, VERIFY_FULL, false",
        "db.example.com/gate?sslmode=verify-ca, false, VERIFY_CA, false",
        "db.example.com/gate?sslmode=disable, false, DISABLE, true",
        "localhost/gate, false, DISABLE, false",
        "127.0.0.1:5433/gate, false, DISABLE, false",
        "[::1]:5433/gate, false, DISABLE, false",
        "localhost/gate, true, VERIFY_FULL, false",
        "localhost.example.com/gate, false, VERIFY_FULL, false",
        "'localhost,db.example.com/gate', false, VERIFY_FULL, false",
        "'localhost,db.example.com/gate?sslmode=disable', false, DISABLE, true",
    })
    void isVerifiedUnlessItIsThisMachine(String rest, boolean verify, PostgresAddress.Tls tls, boolean inClear) {
        PostgresAddress address = PostgresAddress.parse("jdbc:postgresql://" + rest, verify);
        assertThat(address.tls()).isEqualTo(tls);
        assertThat(address.inClear()).isEqualTo(inClear);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql:gate",
                "jdbc:postgresql://db",
                "jdbc:postgresql://db/",
                "jdbc:postgresql:///gate",
                "jdbc:postgresql://db:70000/gate",
                "jdbc:postgresql://user:secret@db/gate",
                "jdbc:postgresql://db/gate?user=a&password=b",
                "jdbc:postgresql://db/gate?socketFactory=org.example.Evil",
                "jdbc:postgresql://db/gate?sslfactory=org.postgresql.ssl.NonValidatingFactory",
                "jdbc:postgresql://db/gate?sslmode=require",
                "jdbc:postgresql://db/gate?sslmode=prefer",
                "jdbc:postgresql://db/gate?sslmode=verify-full&sslmode=disable",
                "jdbc:postgresql://db/gate?sslmode",
                "jdbc:postgresql://db/gate?loggerFile=/etc/x",
                "jdbc:postgresql://db/gate?currentSchema=a,b",
                "jdbc:postgresql://db/gate?currentSchema=",
                "jdbc:postgresql://db/gate&",
                "jdbc:postgresql://db/ga%74e",
                "jdbc:postgresql://db/a/b",
                "jdbc:postgresql://db,/gate",
            })
    void nothingElseIsTaken(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(url))
                .withMessageStartingWith(
                        "expected jdbc:postgresql://host[:port][,host\u2026]/database, with no options but");
    }
}
