package io.gatehouse.launcher;

import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What {@code java -jar gatehouse.war} runs: unpacks the WAR, once for each content, into the user's cache folder, and
 * starts the command line with the WAR's own libraries and its embedded container. Stands at the root of the archive and
 * so can use nothing of it.
 */
public final class Launcher {

    private static final String MAIN = "io.gatehouse.cli.Main";

    private Launcher() {}

    public static void main(String[] arguments) throws Exception {
        String home = System.getenv("HOME");
        if (home != null && home.startsWith("/")) {
            System.setProperty("user.home", home); // as kubectl and every shell have it; a JVM asks the user database
        }
        Path war = Path.of(Launcher.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path unpacked = Files.isDirectory(war) ? war : UnpackedWar.of(war);
        List<URL> classPath = new ArrayList<>();
        classPath.add(url(unpacked.resolve("WEB-INF/classes/")));
        for (String folder : List.of("WEB-INF/lib", "WEB-INF/standalone")) {
            try (Stream<Path> jars = Files.list(unpacked.resolve(folder))) {
                jars.sorted().map(Launcher::url).forEach(classPath::add);
            }
        }
        URLClassLoader loader =
                new URLClassLoader("gatehouse", classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        Thread.currentThread().setContextClassLoader(loader);
        try {
            loader.loadClass(MAIN).getMethod("run", Path.class, String[].class).invoke(null, unpacked, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
