package io.gatehouse.cli;

import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.config.Problems;
import io.gatehouse.server.BuiltInPlugins;
import io.gatehouse.server.Gatehouse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** {@code gatehouse run}: starts the embedded container and stays until it is told to stop. */
final class RunCommand {

    private RunCommand() {}

    static int run(Path application, Options options) throws Exception {
        HomeFolder folder = HomeFolder.of(options);
        if (!folder.isToBeMade() && folder.trouble().isPresent()) {
            System.err.println("gatehouse: " + folder.trouble().get());
            return 1;
        }
        Path home = folder.path().toAbsolutePath().normalize();
        Optional<EmbeddedDefault.Prepared> prepared =
                folder.named() ? Optional.empty() : Optional.of(EmbeddedDefault.prepare(home));
        Gatehouse gatehouse =
                new Gatehouse(home, BuiltInPlugins.in(application.resolve("WEB-INF/plugins")), System::getenv);
        Optional<GatehouseConfig> config = gatehouse.config();
        if (!gatehouse.problems().isEmpty()) {
            System.err.println(Problems.numbered(gatehouse.problems()));
        }
        if (config.isEmpty()) {
            gatehouse.close();
            return 1;
        }
        GatehouseConfig.Listen listen = config.get().listen();
        if (listen.tls() && EmbeddedDefault.mayMakeCertificate(home, listen)) {
            EmbeddedDefault.makeServerCertificate(home);
            System.out.println("Made a certificate for localhost; clients trust it with " + home.resolve("tls/ca.crt"));
        }
        int port = options.value("--port").map(RunCommand::port).orElse(listen.port());
        StandaloneServer server;
        try {
            server = StandaloneServer.start(
                    gatehouse,
                    listen,
                    port,
                    config.get().shutdownGrace(),
                    config.get().streams().idle());
        } catch (IOException | IllegalArgumentException e) {
            gatehouse.close();
            System.err.println("gatehouse: can not listen on " + listen.address() + ":" + port + ": " + e.getMessage());
            return 1;
        }
        if (prepared.isPresent()) {
            Welcome.print(home, server.address(), gatehouse.targetNames(), prepared.get());
        } else {
            System.out.println("Gatehouse serves "
                    + CheckCommand.targets(gatehouse.targetNames().size()) + " at " + server.address());
        }
        Thread stopper = new Thread(
                () -> {
                    server.stop();
                    Main.endWell();
                },
                "gatehouse-stop");
        Runtime.getRuntime().addShutdownHook(stopper);
        server.join();
        return 0;
    }

    private static int port(String text) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
            throw new UsageException("--port takes a number from 0 to 65535");
        }
        return Integer.parseInt(text);
    }
}
