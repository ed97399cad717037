package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProductSettingsTest {

    private static final Setting<String> TEXT = Setting.text("text", "A text");
    private static final Setting<String> CHOICE =
            Setting.text("choice", "One of two").oneOf("left", "right");
    private static final Setting<List<String>> TEXTS =
            Setting.texts("texts", "Texts").orElse(List.of("x"));
    private static final Setting<Secret> SECRET = Setting.secret("secret", "A secret");
    private static final Setting<Integer> NUMBER =
            Setting.integer("number", "A number").orElse(7);
    private static final Setting<Boolean> FLAG = Setting.flag("flag", "A flag").orElse(false);
    private static final Setting<Duration> WAIT = Setting.duration("wait", "A time span");
    private static final Setting<Long> SIZE = Setting.size("size", "A size");
    private static final Setting<ConfigFile> FILE = Setting.file("file", "A file");
    private static final Setting<List<ConfigFile>> FILES = Setting.files("files", "Files");
    private static final Setting<Path> PATH = Setting.path("path", "A place");
    private static final Setting<String> NEEDED =
            Setting.text("needed", "What is needed").required();
    private static final List<Setting<?>> ALL =
            List.of(TEXT, CHOICE, TEXTS, SECRET, NUMBER, FLAG, WAIT, SIZE, FILE, FILES, PATH, NEEDED);

    @TempDir
    Path folder;

    private TestHome home;

    @BeforeEach
    void makeHome() {
        home = new TestHome(folder).file("a", "A").file("b", "B");
    }

    @Test
    void mapsEveryKind() {
        home.environment.put("SECRET", "hunter2");
        ProductSettings settings = bind("""
                text: t
                choice: left
                texts: [a, b]
                secret: ${env:SECRET}
                number: -5
                flag: true
                wait: 5m
                size: 64KiB
                file: a
                files: [a, b]
                path: sub/../place
                needed: n
                """);
        assertThat(home.problems.list()).isEmpty();
        assertThat(settings.get(TEXT)).isEqualTo("t");
        assertThat(settings.get(CHOICE)).isEqualTo("left");
        assertThat(settings.get(TEXTS)).containsExactly("a", "b");
        assertThat(settings.get(SECRET)).isEqualTo(Secret.of("hunter2"));
        assertThat(settings.get(NUMBER)).isEqualTo(-5);
        assertThat(settings.get(FLAG)).isTrue();
        assertThat(settings.get(WAIT)).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.get(SIZE)).isEqualTo(65_536L);
        assertThat(settings.get(FILE).text()).isEqualTo("A");
        assertThat(settings.get(FILES)).extracting(ConfigFile::text).containsExactly("A", "B");
        assertThat(settings.get(PATH)).isEqualTo(folder.resolve("own/place"));
        assertThat(settings.place(WAIT)).isEqualTo("gatehouse.yaml:7:1");
    }

    @Test
    void knowsDefaults() {
        ProductSettings settings = bind("needed: n\n");
        assertThat(home.problems.list()).isEmpty();
        assertThat(settings.find(TEXT)).isEmpty();
        assertThat(settings.get(TEXTS)).containsExactly("x");
        assertThat(settings.get(NUMBER)).isEqualTo(7);
        assertThat(settings.place(NUMBER)).isEqualTo("gatehouse.yaml:1:1");
        assertThatIllegalArgumentException().isThrownBy(() -> settings.get(TEXT));
        assertThatIllegalArgumentException().isThrownBy(() -> settings.find(Setting.text("other", "Not declared")));
    }

    @Test
    void saysAllThatIsWrong() {
        bind("""
                choice: lift
                number: 1.5
                flag: yes
                wait: 5 minutes
                size: 1 MB
                file: none
                files: [a, none]
                txet: t
                text: [t]
                """);
        assertThat(Problems.numbered(home.problems.list()).replace(folder.toString(), "HOME"))
                .isEqualTo("""
                1) gatehouse.yaml:9:7: expected a single value for "text"
                2) gatehouse.yaml:1:9: "choice": expected one of left, right. Did you mean "left"?
                3) gatehouse.yaml:2:9: "number": expected a whole number
                4) gatehouse.yaml:3:7: "flag": expected true or false
                5) gatehouse.yaml:4:7: "wait": expected a time span such as 500ms, 30s, 5m, 2h or 7d
                6) gatehouse.yaml:5:7: "size": expected a size such as 4096, 64KiB, 16MiB or 1GiB
                7) gatehouse.yaml:6:7: "file": HOME/none: no such file
                8) gatehouse.yaml:7:1: "files": HOME/none: no such file
                9) gatehouse.yaml:1:1: "needed" is missing: What is needed
                10) gatehouse.yaml:8:1: unknown key "txet". Did you mean "text"?""");
    }

    @Test
    void areEqualAsLongAsAProductWouldBeTheSame() {
        String yaml = "needed: n\nfile: a\nsecret: s\n";
        ProductSettings settings = bind(yaml);
        assertThat(bind("# moved\n\n" + yaml)).isEqualTo(settings).hasSameHashCodeAs(settings);
        assertThat(bind(yaml.replace("secret: s", "secret: t"))).isNotEqualTo(settings);
        home = new TestHome(folder).file("a", "other");
        assertThat(bind(yaml)).isNotEqualTo(settings);
    }

    @Test
    void leavesTheHostsKeysAlone() {
        home.file("x.yaml", "plugin: p\nneeded: n\n");
        Section section = Document.read(folder.resolve("x.yaml"), home.environment::get, home.files, home.problems)
                .orElseThrow();
        ProductSettings.bind(section, ALL, Set.of("plugin"), folder, folder, home.files, home.problems);
        assertThat(home.problems.list()).isEmpty();
        ProductSettings.bind(section, ALL, Set.of(), folder, folder, home.files, home.problems);
        assertThat(home.problems.list()).singleElement().hasToString("x.yaml:1:1: unknown key \"plugin\".");
    }

    private ProductSettings bind(String yaml) {
        home.file(ConfigReader.FILE_NAME, yaml);
        Section section = Document.read(
                        folder.resolve(ConfigReader.FILE_NAME),
                        home.environment::get,
                        new WatchedFiles(),
                        home.problems)
                .orElseThrow();
        return ProductSettings.bind(
                section, ALL, Set.of(), folder, folder.resolve("own"), new WatchedFiles(), home.problems);
    }
}
