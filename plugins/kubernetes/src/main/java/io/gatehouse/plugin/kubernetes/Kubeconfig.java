package io.gatehouse.plugin.kubernetes;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import io.kubernetes.client.util.KubeConfig;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/** The clusters, users and contexts of one kubeconfig, or of several that were merged. */
record Kubeconfig(Map<String, KubeEntry> clusters, Map<String, KubeEntry> users, Map<String, KubeEntry> contexts) {

    static final Kubeconfig EMPTY = new Kubeconfig(Map.of(), Map.of(), Map.of());

    /** The parser of the official client takes no more. */
    private static final int MAX_LENGTH = 3 * 1024 * 1024;

    /** Reads a file with that parser. */
    static Kubeconfig parse(ConfigFile file) {
        String text = file.text();
        if (isEmpty(text)) {
            return EMPTY;
        }
        if (text.length() > MAX_LENGTH) {
            throw problem(file.path(), "is longer than the 3 MiB that a kubeconfig can have; split it");
        }
        KubeConfig parsed = load(file.path(), text);
        return new Kubeconfig(
                entries(file.path(), "cluster", parsed.getClusters()),
                entries(file.path(), "user", parsed.getUsers()),
                entries(file.path(), "context", parsed.getContexts()));
    }

    /** Whether there is nothing but blank lines and comments. */
    static boolean isEmpty(String text) {
        return text.lines()
                .map(String::strip)
                .allMatch(line -> line.isEmpty() || line.startsWith("#") || line.equals("---"));
    }

    /** Adds what this one does not have: the first file that has a name wins, and nothing of the others' is mixed in. */
    Kubeconfig mergedWith(Kubeconfig later) {
        return new Kubeconfig(
                firstOf(clusters, later.clusters), firstOf(users, later.users), firstOf(contexts, later.contexts));
    }

    /** The contexts with what they refer to. */
    List<KubeContext> resolved() {
        return contexts.values().stream()
                .map(context -> new KubeContext(
                        context,
                        Optional.ofNullable(clusters.get(context.body().get("cluster"))),
                        Optional.ofNullable(users.get(context.body().get("user")))))
                .toList();
    }

    private static Map<String, KubeEntry> firstOf(Map<String, KubeEntry> first, Map<String, KubeEntry> later) {
        Map<String, KubeEntry> merged = new LinkedHashMap<>(first);
        later.forEach(merged::putIfAbsent);
        return merged;
    }

    /** The parser's own messages show the line, which may hold a secret: only what is wrong is taken from them. */
    private static KubeConfig load(Path path, String text) {
        try {
            return KubeConfig.loadKubeConfig(new StringReader(text));
        } catch (ReaderException e) {
            long line = text.codePoints()
                            .limit(e.getPosition())
                            .filter(point -> point == '\n')
                            .count()
                    + 1;
            throw problem(path + ":" + line, "a control character can not stand in YAML");
        } catch (MarkedYAMLException e) {
            throw problem(path + line(e), "is not YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw problem(
                    path, "is not YAML: " + e.getMessage().lines().findFirst().orElse(""));
        } catch (ClassCastException | NullPointerException e) {
            throw problem(path, "is not a kubeconfig: expected the lists clusters, users and contexts");
        }
    }

    private static Map<String, KubeEntry> entries(Path path, String kind, List<Object> list) {
        Map<String, KubeEntry> entries = new LinkedHashMap<>();
        for (Object item : list == null ? List.of() : list) {
            if (!(item instanceof Map<?, ?> map) || !(map.get("name") instanceof String name)) {
                throw problem(path, "entry " + (entries.size() + 1) + " of " + kind + "s: expected a name");
            }
            Object body = map.get(kind) == null ? Map.of() : map.get(kind);
            if (!(body instanceof Map<?, ?> fields)) {
                throw problem(path, kind + " \"" + name + "\": expected a mapping");
            }
            if (entries.put(name, new KubeEntry(path, kind, name, fields)) != null) {
                throw problem(path, kind + " \"" + name + "\" stands there twice");
            }
        }
        return entries;
    }

    private static String line(MarkedYAMLException e) {
        return e.getProblemMark() == null ? "" : ":" + (e.getProblemMark().getLine() + 1);
    }

    static ConfigurationException problem(Object place, String message) {
        return new ConfigurationException(new ConfigurationProblem(place.toString(), message));
    }
}
