package io.gatehouse.cli;

import io.gatehouse.config.Problems;
import io.gatehouse.reload.ConfigurationCheck;
import io.gatehouse.server.BuiltInPlugins;
import io.gatehouse.spi.ConfigurationProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code gatehouse check}: reads a configuration as a start would, and says what it finds. */
final class CheckCommand {

    private CheckCommand() {}

    static int run(Path application, Options options) throws IOException {
        Logging.quiet();
        Path home = options.value("--home").map(Path::of).orElseGet(EmbeddedDefault::home);
        if (!Files.isDirectory(home)) {
            System.err.println("gatehouse: " + home + " is not a folder");
            return 1;
        }
        ConfigurationCheck.Result result = ConfigurationCheck.of(
                home,
                BuiltInPlugins.in(application.resolve("WEB-INF/plugins")),
                BuiltInPlugins.index(),
                System::getenv);
        List<ConfigurationProblem> problems = result.problems();
        if (problems.isEmpty()) {
            System.out.println(home + ": no problems, " + result.targets() + " targets");
            result.warnings().forEach(System.err::println);
            return 0;
        }
        System.err.println(Problems.numbered(problems));
        return 1;
    }
}
