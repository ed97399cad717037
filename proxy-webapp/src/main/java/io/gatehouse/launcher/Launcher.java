package io.gatehouse.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
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
        Path unpacked = unpacked(war);
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

    private static Path unpacked(Path war) throws IOException, NoSuchAlgorithmException {
        if (Files.isDirectory(war)) {
            return war;
        }
        Path cache = cacheFolder();
        Path folder = cache.resolve(hash(war));
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Files.createDirectories(cache);
        Path fresh = Files.createTempDirectory(cache, "unpacking");
        try (JarFile jar = new JarFile(war.toFile())) {
            for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                Path file = fresh.resolve(entry.getName()).normalize();
                if (!file.startsWith(fresh) || !entry.getName().startsWith("WEB-INF/")) {
                    continue;
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    try (InputStream in = jar.getInputStream(entry)) {
                        Files.copy(in, file);
                    }
                }
            }
        }
        try {
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(folder)) { // else another start was quicker
                throw e;
            }
        }
        return folder;
    }

    /** {@code $XDG_CACHE_HOME/gatehouse}, else {@code ~/.cache/gatehouse}; only its owner may write there. */
    private static Path cacheFolder() throws IOException {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        Path folder = base.resolve("gatehouse/war");
        Files.createDirectories(folder);
        if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        return folder;
    }

    private static String hash(Path war) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream in = new DigestInputStream(Files.newInputStream(war), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, 32);
    }
}
