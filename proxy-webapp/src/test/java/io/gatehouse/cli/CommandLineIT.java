package io.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.TestWar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands as they are typed, each a process of its own. */
class CommandLineIT {

    @TempDir
    private Path folder;

    private record Ended(int exit, String said) {}

    /** By somebody whose home is the folder of this test. */
    private Ended run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("HOME", folder.toString());
        builder.environment().remove("GATEHOUSE_HOME");
        builder.environment().remove("XDG_CACHE_HOME");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), said);
    }

    private Ended gatehouse(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                TestWar.product().toString(),
                "io.gatehouse.launcher.Launcher"));
        command.addAll(Arrays.asList(words));
        return run(command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "run --help", "check --home x --help", "login --help", "hash-password --help"})
    void helpStandsBehindEveryCommand(String line) throws Exception {
        Ended ended = gatehouse(line.split(" "));
        assertThat(ended.said()).startsWith("Usage: gatehouse COMMAND");
        assertThat(ended.exit()).isZero();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aHomeThatIsNoFolderIsSaidInOneLine() throws Exception {
        Path home = folder.resolve(".gatehouse");
        assertThat(gatehouse("check"))
                .isEqualTo(new Ended(
                        1,
                        "gatehouse: " + home
                                + " is not a folder; gatehouse run makes it, or name another with --home\n"));
        Files.createFile(home);
        assertThat(gatehouse("run"))
                .isEqualTo(new Ended(
                        1, "gatehouse: " + home + " is not a folder; move it away, or name another with --home\n"));
    }

    /** Such as one in {@code ~/bin}, itself a link to elsewhere. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theScriptIsFoundBehindLinks() throws Exception {
        Path script = TestWar.product().resolve("../../../gatehouse").toRealPath();
        Path real = Files.createDirectories(folder.resolve("dot files/bin"));
        Files.createSymbolicLink(folder.resolve("dot files/one"), script);
        Files.createSymbolicLink(real.resolve("gatehouse"), Path.of("../one"));
        Path bin = Files.createSymbolicLink(folder.resolve("bin"), real);
        Ended ended = run(List.of(bin.resolve("gatehouse").toString(), "--version"));
        assertThat(ended).isEqualTo(new Ended(0, "gatehouse " + Main.version() + "\n"));
    }
}
