package io.gatehouse.plugin.kubernetes;

import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import io.gatehouse.spi.TargetSource;
import io.gatehouse.spi.TargetSourceFactory;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Makes the target source {@code kubeconfig}. */
public final class KubeconfigSourceFactory implements TargetSourceFactory {

    /** Which files. */
    public static final Setting<List<String>> KUBECONFIG = Setting.texts(
            "kubeconfig", "Kubeconfigs, merged as kubectl does it; else those of KUBECONFIG, else ~/.kube/config");
    /** A folder of them. */
    public static final Setting<String> FOLDER =
            Setting.text("folder", "A folder in which each file is a kubeconfig of its own; new ones are taken up");
    /** Which contexts. */
    public static final Setting<List<String>> CONTEXTS = Setting.texts(
                    "contexts", "The contexts that become targets; none named means all")
            .orElse(List.of());
    /** How long a helper may take. */
    public static final Setting<Duration> EXEC_TIMEOUT = Setting.duration(
                    "exec-timeout", "How long a credential helper (exec) may take")
            .orElse(Duration.ofSeconds(30));

    private static final Duration MAX_EXEC_TIMEOUT = Duration.ofMinutes(5);

    private final Map<String, String> environment;
    private final Path userHome;

    /** Made by the plugin. */
    public KubeconfigSourceFactory() {
        this(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    KubeconfigSourceFactory(Map<String, String> environment, Path userHome) {
        this.environment = environment;
        this.userHome = userHome;
    }

    @Override
    public String name() {
        return "kubeconfig";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(KUBECONFIG, FOLDER, CONTEXTS, EXEC_TIMEOUT);
    }

    /** It reads files. */
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public TargetSource create(Settings settings, PluginContext context) {
        Duration timeout = settings.get(EXEC_TIMEOUT);
        if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(MAX_EXEC_TIMEOUT) > 0) {
            throw settings.problem(EXEC_TIMEOUT, "expected more than 0 and at most 5m");
        }
        Set<String> only = new LinkedHashSet<>(settings.get(CONTEXTS));
        KubeconfigFiles files = files(settings);
        KubeconfigSource source = new KubeconfigSource(context.name(), files, only, timeout, context.clock());
        requireWanted(settings, files, only, source);
        return source;
    }

    /** With a folder, or as long as the default file is missing, a context may come later. */
    private static void requireWanted(
            Settings settings, KubeconfigFiles files, Set<String> only, KubeconfigSource source) {
        Set<String> known = source.contextNames();
        if (files.folder().isPresent() || known.isEmpty()) {
            return;
        }
        for (String wanted : only) {
            if (!known.contains(wanted)) {
                throw settings.problem(
                        CONTEXTS, "there is no context \"" + wanted + "\"; there are " + String.join(", ", known));
            }
        }
    }

    private KubeconfigFiles files(Settings settings) {
        Optional<String> folderText = settings.find(FOLDER);
        Optional<Path> folder = folderText.map(text -> path(settings, FOLDER, text));
        Optional<List<String>> named = settings.find(KUBECONFIG);
        if (named.isPresent()) {
            List<Path> files = new ArrayList<>();
            named.get().forEach(text -> files.add(path(settings, KUBECONFIG, text)));
            if (files.isEmpty()) {
                throw settings.problem(KUBECONFIG, "expected at least one file name");
            }
            return new KubeconfigFiles(files, false, folder);
        }
        return new KubeconfigFiles(folder.isPresent() ? List.of() : defaultFiles(), true, folder);
    }

    /** As kubectl finds them. */
    private List<Path> defaultFiles() {
        List<Path> files = Stream.of(environment.getOrDefault("KUBECONFIG", "").split(File.pathSeparator))
                .filter(text -> !text.isBlank())
                .map(text -> Path.of(text).toAbsolutePath().normalize())
                .distinct()
                .toList();
        return files.isEmpty() ? List.of(userHome.resolve(".kube").resolve("config")) : files;
    }

    private Path path(Settings settings, Setting<?> setting, String text) {
        try {
            Path path = text.startsWith("~/") ? userHome.resolve(text.substring(2)) : Path.of(text);
            if (path.isAbsolute()) {
                return path.normalize();
            }
        } catch (InvalidPathException e) {
            // told below
        }
        throw settings.problem(setting, "expected an absolute file name, or one that begins with ~/");
    }
}
