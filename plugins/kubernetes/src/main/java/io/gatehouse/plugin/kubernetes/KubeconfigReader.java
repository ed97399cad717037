package io.gatehouse.plugin.kubernetes;

import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads kubeconfigs, and gives each of their contexts the name of a target. */
final class KubeconfigReader {

    /** So many contexts are served at most. */
    static final int MAX_CONTEXTS = 1_000;

    private final FileSnapshot snapshot;
    private final boolean mayBeMissing;
    private final Set<String> names = new LinkedHashSet<>();
    private final List<ConfigurationProblem> problems = new ArrayList<>();

    KubeconfigReader(FileSnapshot snapshot, boolean mayBeMissing) {
        this.snapshot = snapshot;
        this.mayBeMissing = mayBeMissing;
    }

    /**
     * The contexts by the name of their target.
     *
     * @param only the names of the contexts that are wanted; empty for all
     * @throws ConfigurationException with every problem of every file
     */
    Map<String, KubeContext> read(List<List<Path>> groups, Set<String> only) {
        List<KubeContext> contexts = new ArrayList<>();
        for (List<Path> group : groups) {
            Kubeconfig merged = Kubeconfig.EMPTY;
            for (Path file : group) {
                merged = merged.mergedWith(parse(file));
            }
            names.addAll(merged.contexts().keySet());
            merged.resolved().stream()
                    .filter(context -> only.isEmpty() || only.contains(context.name()))
                    .forEach(contexts::add);
        }
        Map<String, KubeContext> named = named(contexts);
        if (named.size() > MAX_CONTEXTS) {
            String place = groups.get(0).get(0).toString();
            problems.add(new ConfigurationProblem(
                    place, "there are " + named.size() + " contexts; at most 1,000 are taken: choose with contexts:"));
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return named;
    }

    /** The names of all contexts that were read, the unwanted too. */
    Set<String> names() {
        return names;
    }

    private Kubeconfig parse(Path path) {
        FileSnapshot.Content content = snapshot.read(path);
        try {
            if (content instanceof FileSnapshot.Content.Present present) {
                return Kubeconfig.parse(present.file());
            }
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
            return Kubeconfig.EMPTY;
        }
        String reason = ((FileSnapshot.Content.Absent) content).reason();
        if (!mayBeMissing || !reason.equals(FileSnapshot.MISSING)) {
            problems.add(new ConfigurationProblem(path.toString(), "the kubeconfig " + reason));
        }
        return Kubeconfig.EMPTY;
    }

    private Map<String, KubeContext> named(List<KubeContext> contexts) {
        Map<String, KubeContext> named = new LinkedHashMap<>();
        for (KubeContext context : contexts) {
            String slug = Slug.of(context.name());
            if (slug.isEmpty()) {
                problems.add(new ConfigurationProblem(
                        context.file().toString(),
                        "context \"" + context.name() + "\": a target's name needs a letter or digit of ASCII"));
                continue;
            }
            KubeContext other = named.putIfAbsent(slug, context);
            if (other != null) {
                problems.add(new ConfigurationProblem(
                        context.file().toString(),
                        "context \"" + context.name() + "\" and " + other.label() + " would both be the target \""
                                + slug + "\"; rename one, or choose with contexts:"));
            }
        }
        return named;
    }

    /** Whether a file is there that says nothing. */
    static boolean isEmpty(FileSnapshot.Content content) {
        return content instanceof FileSnapshot.Content.Present present
                && Kubeconfig.isEmpty(present.file().text());
    }
}
