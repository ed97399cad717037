package io.gatehouse.plugin.kubernetes.review;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A mapping of a YAML file, read key by key; what is wrong is gathered with its line. */
final class YamlSection {

    private final ConfigFile file;
    private final int line;
    private final List<ConfigurationProblem> problems;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final Set<String> asked = new HashSet<>();

    /** @param node anything but a mapping, or nothing, is a problem */
    YamlSection(ConfigFile file, Node node, List<ConfigurationProblem> problems) {
        this.file = file;
        this.line = lineOf(node);
        this.problems = problems;
        if (!(node instanceof MappingNode mapping)) {
            problem(line, "expected a mapping");
            return;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            if (entries.put(key, tuple) != null) {
                problem(lineOf(tuple.getKeyNode()), "the key \"" + key + "\" stands there twice");
            }
        }
    }

    private static int lineOf(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    int line() {
        return line;
    }

    /** The line of a key, else that of the section. */
    int line(String key) {
        NodeTuple tuple = entries.get(key);
        return tuple == null ? line : lineOf(tuple.getKeyNode());
    }

    void problem(int at, String message) {
        problems.add(file.problemAt(at, message));
    }

    private Optional<Node> find(String key) {
        asked.add(key);
        return Optional.ofNullable(entries.get(key))
                .map(NodeTuple::getValueNode)
                .filter(node -> !node.getTag().equals(Tag.NULL));
    }

    /** A text; empty when it is not there. */
    String text(String key) {
        return find(key).map(node -> text(key, node)).orElse("");
    }

    private String text(String key, Node node) {
        if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.STR)) {
            return scalar.getValue();
        }
        problem(lineOf(node), key + ": expected a text; put it in quotes");
        return "";
    }

    /** A list of texts. */
    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        items(key).forEach(item -> texts.add(text(key, item)));
        return texts;
    }

    boolean flag(String key) {
        Optional<Node> node = find(key);
        boolean known = node.isEmpty() || node.get().getTag().equals(Tag.BOOL);
        if (!known) {
            problem(lineOf(node.get()), key + ": expected true or false");
        }
        return known
                && node.filter(value -> ((ScalarNode) value).getValue().equalsIgnoreCase("true"))
                        .isPresent();
    }

    Optional<YamlSection> section(String key) {
        return find(key).map(node -> new YamlSection(file, node, problems));
    }

    List<YamlSection> sections(String key) {
        return items(key).stream()
                .map(node -> new YamlSection(file, node, problems))
                .toList();
    }

    private List<Node> items(String key) {
        Optional<Node> node = find(key);
        if (node.isPresent() && node.get() instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        node.ifPresent(other -> problem(lineOf(other), key + ": expected a list"));
        return List.of();
    }

    /** Every key that nobody asked for is a problem. */
    void end() {
        entries.forEach((key, tuple) -> {
            if (!asked.contains(key)) {
                problem(lineOf(tuple.getKeyNode()), "unknown key \"" + key + "\"");
            }
        });
    }
}
