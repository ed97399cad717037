package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpolationTest {

    @TempDir
    Path home;

    private final WatchedFiles files = new WatchedFiles();
    private Interpolation interpolation;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(home.resolve("secret"), "s3cret\r\n\n");
        Files.writeString(home.resolve("blank"), "s3cret \n");
        Files.writeString(home.resolve("nested"), "${env:A}");
        Map<String, String> environment = Map.of("A", "one", "NESTED", "${env:A}", "EMPTY", "", "DOLLAR", "$");
        interpolation = new Interpolation(home, environment::get, files);
    }

    @ParameterizedTest
    @CsvSource({
        "plain,                    plain",
        "'',                       ''",
        "$ $$ {} $a,               $ $$ {} $a",
        "${env:A},                 one",
        "<${env:A}${env:A}>,       <oneone>",
        "${env:EMPTY},             ''",
        "${file:secret},           s3cret",
        "${file:blank},            's3cret '",
        "x${file:secret}y,         xs3crety",
        "${env:NESTED},            ${env:A}",
        "${file:nested},           ${env:A}",
        "${env:DOLLAR}{env:A},     ${env:A}",
        "$${env:A},                ${env:A}",
        "a$${b,                    a${b",
        "$${${env:A}},             ${one}",
        "${env:A}$${env:A},        one${env:A}"
    })
    void resolvesOnce(String text, String resolved) {
        assertThat(interpolation.resolve(text)).isEqualTo(resolved);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${env:NONE}     | environment variable NONE is not set",
                "${env:A         | \"${\" has no closing brace; write $${ for a plain one",
                "${NONE}         | \"${NONE}\" is neither ${env:NAME} nor ${file:PATH}",
                "${}             | \"${}\" is neither ${env:NAME} nor ${file:PATH}",
                "${ENV:A}        | \"${ENV:A}\" is neither ${env:NAME} nor ${file:PATH}",
                "${file:none}    | ${file:…} HOME/none: no such file"
            })
    void saysWhatItCanNotResolve(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> interpolation.resolve(text))
                .withMessage(message.replace("HOME", home.toString()));
    }

    @Test
    void watchesItsFiles() throws IOException {
        interpolation.resolve("${file:secret}");
        assertThat(files.changed()).isFalse();
        Files.writeString(home.resolve("secret"), "other");
        assertThat(files.changed()).isTrue();
    }
}
