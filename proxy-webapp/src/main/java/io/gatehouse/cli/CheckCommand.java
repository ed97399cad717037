package io.gatehouse.cli;

import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.config.Problems;
import io.gatehouse.config.WatchedFiles;
import io.gatehouse.log.Logging;
import io.gatehouse.reload.ConfigurationCheck;
import io.gatehouse.server.BuiltInPlugins;
import io.gatehouse.spi.ConfigurationProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code gatehouse check}: reads a configuration as a start would, and says what it finds. */
final class CheckCommand {

    private CheckCommand() {}

    static int run(Path application, Options options) throws IOException {
        Logging.quiet();
        HomeFolder folder = HomeFolder.of(options);
        if (folder.trouble().isPresent()) {
            System.err.println("gatehouse: " + folder.trouble().get());
            return 1;
        }
        Path home = folder.path();
        ConfigurationCheck.Result result = ConfigurationCheck.of(
                home,
                BuiltInPlugins.in(application.resolve("WEB-INF/plugins")),
                BuiltInPlugins.index(),
                System::getenv,
                options.has("--connect"));
        List<ConfigurationProblem> problems = new ArrayList<>(result.problems());
        result.config()
                .flatMap(config -> listenerProblem(home, config.listen()))
                .ifPresent(problems::add);
        if (problems.isEmpty()) {
            System.out.println(home + ": no problems, " + targets(result.targets()));
            result.warnings().forEach(System.err::println);
            return connected(result.connections()) ? 0 : 1;
        }
        System.err.println(Problems.numbered(problems));
        return 1;
    }

    /** How many there are, in words. */
    static String targets(int count) {
        return count + (count == 1 ? " target" : " targets");
    }

    /** Prints how each connection went, a line each. */
    private static boolean connected(Map<String, Optional<String>> connections) {
        connections.forEach((name, trouble) -> System.out.println(name + ": " + trouble.orElse("connects")));
        return connections.values().stream().noneMatch(Optional::isPresent);
    }

    private static Optional<ConfigurationProblem> listenerProblem(Path home, GatehouseConfig.Listen listen) {
        if (!listen.tls() || EmbeddedDefault.mayMakeCertificate(home, listen)) {
            return Optional.empty();
        }
        try {
            ListenerTls.read(listen, new WatchedFiles());
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(new ConfigurationProblem("listen", e.getMessage()));
        }
    }
}
