package io.gatehouse.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;

/** The commands of {@code java -jar gatehouse.war} and of the {@code gatehouse} script. */
public final class Main {

    private static final String HELP = """
            Usage: gatehouse COMMAND [OPTION...]

              run [--home DIR] [--port N]   start; without --home on the default in ~/.gatehouse
              check [--home DIR] [--connect]
                                            validate a configuration: exit 0, or 1 and the problems;
                                            with --connect also try what it depends on: issuers,
                                            directories, databases
              login URL [--exec] [--device] [--new] [--ca FILE]
                                            log in to a portal with a browser, and keep the token for
                                            a working day; with --exec as kubectl's credential plugin,
                                            with --device by a browser of another machine, with --new
                                            though there is one kept
              hash-password                 read a password and print its hash for an htpasswd file
              --version                     print the version
              --help                        print this, also behind a command
            """;

    private Main() {}

    /** @param application the unpacked WAR */
    public static void run(Path application, String[] arguments) throws Exception {
        boolean help = arguments.length == 0 || Arrays.asList(arguments).contains("--help");
        String command = help ? "--help" : arguments[0];
        List<String> rest =
                arguments.length == 0 ? List.of() : Arrays.asList(arguments).subList(1, arguments.length);
        int exit;
        try {
            exit = switch (command) {
                case "run" -> RunCommand.run(application, Options.parse(rest, "--home", "--port"));
                case "check" -> CheckCommand.run(application, Options.parse(rest, Set.of("--connect"), "--home"));
                case "login" -> LoginCommand.run(rest);
                case "hash-password" -> HashPasswordCommand.run(Options.parse(rest));
                case "--version", "version" -> printed("gatehouse " + version());
                case "--help", "-h", "help" -> printed(HELP.stripTrailing());
                default -> throw new UsageException("unknown command \"" + command + "\"");
            };
        } catch (UsageException e) {
            System.err.println("gatehouse: " + e.getMessage() + "; see gatehouse --help");
            exit = 2;
        }
        System.exit(exit);
    }

    /** Ends the process from its shutdown hook: a stop that was asked for is no failure, whatever signal asked. */
    static void endWell() {
        Runtime.getRuntime().halt(0);
    }

    private static int printed(String text) {
        System.out.println(text);
        return 0;
    }

    static String version() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        }
        return properties.getProperty("version");
    }
}
