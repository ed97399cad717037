package io.gatehouse.server;

import jakarta.servlet.ServletContext;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the configuration folder that an administrator named. */
final class Home {

    private Home() {}

    /** The system property, the environment variable, or the context parameter, in this order. */
    static Optional<Path> of(ServletContext context) {
        return Stream.of(
                        Optional.ofNullable(System.getProperty("gatehouse.home")),
                        Optional.ofNullable(System.getenv("GATEHOUSE_HOME")),
                        Optional.ofNullable(context.getInitParameter("gatehouse.home")))
                .flatMap(Optional::stream)
                .filter(text -> !text.isBlank())
                .findFirst()
                .map(Path::of);
    }

    /** What the log says when there is no usable one. */
    static String hint(Optional<Path> home) {
        return home.map(path -> "The Gatehouse home " + path + " is not a folder that can be read")
                .orElse(
                        "Gatehouse has no home: name a folder with gatehouse.yaml by the system property gatehouse.home,"
                                + " the environment variable GATEHOUSE_HOME, or the context parameter gatehouse.home");
    }
}
