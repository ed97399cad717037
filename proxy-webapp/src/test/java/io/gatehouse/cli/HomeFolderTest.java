package io.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeFolderTest {

    @TempDir
    private Path folder;

    @Test
    void isWhatWasNamed() {
        HomeFolder home = HomeFolder.of(Options.parse(List.of("--home", folder.toString()), "--home"));
        assertThat(home).isEqualTo(new HomeFolder(folder, true));
        assertThat(home.trouble()).isEmpty();
    }

    @Test
    void saysWhatToDoWhenItIsNone() throws Exception {
        Path absent = folder.resolve("absent");
        assertThat(new HomeFolder(absent, true).trouble())
                .contains(absent + " is not a folder; name one that has a gatehouse.yaml");
        assertThat(new HomeFolder(absent, true).isToBeMade()).isFalse();
        assertThat(new HomeFolder(absent, false).trouble())
                .contains(absent + " is not a folder; gatehouse run makes it, or name another with --home");
        assertThat(new HomeFolder(absent, false).isToBeMade()).isTrue();
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(new HomeFolder(file, false).trouble())
                .contains(file + " is not a folder; move it away, or name another with --home");
        assertThat(new HomeFolder(file, false).isToBeMade()).isFalse();
    }
}
