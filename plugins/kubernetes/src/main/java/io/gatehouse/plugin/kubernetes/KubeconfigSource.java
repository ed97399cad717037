package io.gatehouse.plugin.kubernetes;

import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.TargetSource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A target for each context. Looks at the files at each call; as long as they say the same, so do the definitions, and
 * the same objects stand for them. A change that can not be used leaves what was.
 */
final class KubeconfigSource implements TargetSource {

    private static final Logger LOG = LoggerFactory.getLogger(KubeconfigSource.class);

    /** The targets with all that they were made from. */
    private record Loaded(
            List<List<Path>> groups, FileSnapshot snapshot, Set<String> contexts, List<TargetDefinition> targets) {}

    private final String name;
    private final KubeconfigFiles files;
    private final Set<String> only;
    private final Duration execTimeout;
    private final Clock clock;
    private Set<String> warned = Set.of();
    private String problem = "";
    private Loaded loaded;

    /**
     * @param name of the source, for messages
     * @param only the contexts that are wanted; empty for all
     * @throws ConfigurationException when a file that was named is missing, or one is broken
     */
    KubeconfigSource(String name, KubeconfigFiles files, Set<String> only, Duration execTimeout, Clock clock) {
        this.name = name;
        this.files = files;
        this.only = only;
        this.execTimeout = execTimeout;
        this.clock = clock;
        this.loaded = new Loaded(List.of(), new FileSnapshot(), Set.of(), List.of());
        this.loaded = load(files.groups());
    }

    @Override
    public synchronized List<TargetDefinition> targets() {
        try {
            List<List<Path>> groups = files.groups();
            if (!groups.equals(loaded.groups()) || !loaded.snapshot().isCurrent()) {
                loaded = load(groups);
            }
            problem = "";
        } catch (ConfigurationException e) {
            if (!problem.equals(e.getMessage())) {
                problem = e.getMessage();
                LOG.warn("Source {} keeps the targets it had: {}", name, problem);
            }
        }
        return loaded.targets();
    }

    /** The names of all contexts of the files, the unwanted too. */
    synchronized Set<String> contextNames() {
        return loaded.contexts();
    }

    private Loaded load(List<List<Path>> groups) {
        FileSnapshot snapshot = new FileSnapshot();
        KubeconfigReader reader = new KubeconfigReader(snapshot, files.mayBeMissing());
        Map<String, KubeContext> contexts = reader.read(groups, only);
        requireContent(groups, snapshot);
        PemText pem = new PemText(snapshot);
        ContextDefinition maker = new ContextDefinition(pem, new UserCredentials(pem, execTimeout, clock));
        Set<String> warnings = new HashSet<>();
        List<TargetDefinition> made = new ArrayList<>();
        contexts.forEach((target, context) -> made.add(definition(maker, target, context, warnings)));
        warnings.stream().filter(warning -> !warned.contains(warning)).forEach(LOG::warn);
        warned = warnings;
        return new Loaded(groups, snapshot, reader.names(), keepingEqual(made));
    }

    private static TargetDefinition definition(
            ContextDefinition maker, String target, KubeContext context, Set<String> warnings) {
        try {
            return maker.of(target, context);
        } catch (UnusableException e) {
            String reason = context.label() + " can not be used: " + e.getMessage();
            warnings.add(reason);
            return ContextDefinition.unusable(target, reason);
        }
    }

    /** A file that is being written anew is empty for a moment; that must not take its targets away. */
    private void requireContent(List<List<Path>> groups, FileSnapshot now) {
        for (List<Path> group : groups) {
            for (Path file : group) {
                if (KubeconfigReader.isEmpty(now.read(file))
                        && loaded.snapshot().knows(file)
                        && !KubeconfigReader.isEmpty(loaded.snapshot().read(file))) {
                    throw Kubeconfig.problem(file, "has become empty");
                }
            }
        }
    }

    /** The definitions that did not change keep their credentials, with what those remember. */
    private List<TargetDefinition> keepingEqual(List<TargetDefinition> made) {
        Map<TargetDefinition, TargetDefinition> before = new HashMap<>(
                loaded.targets().stream().collect(Collectors.toMap(Function.identity(), Function.identity())));
        return made.stream()
                .map(definition -> before.getOrDefault(definition, definition))
                .toList();
    }
}
