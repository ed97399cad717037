package io.gatehouse.server;

import jakarta.servlet.ServletContext;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the configuration folder that an administrator named. */
public final class Home {

    private Home() {}

    /** The system property, the environment variable, or the context parameter, in this order. */
    static Optional<Path> of(ServletContext context) {
        return named().or(() -> Optional.ofNullable(context.getInitParameter("gatehouse.home"))
                .filter(text -> !text.isBlank())
                .map(Path::of));
    }

    /** The system property or the environment variable, in this order. */
    public static Optional<Path> named() {
        return Stream.of(System.getProperty("gatehouse.home"), System.getenv("GATEHOUSE_HOME"))
                .filter(text -> text != null && !text.isBlank())
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
