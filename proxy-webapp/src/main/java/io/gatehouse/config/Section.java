package io.gatehouse.config;

import io.gatehouse.plugin.NearestName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One mapping of the YAML file. Values are taken out by key and type; what is wrong goes to the problems with its place
 * and the reading goes on. {@link #finish} then reports the keys that nobody asked for.
 */
public final class Section {

    private static final Set<Tag> PLAIN_TAGS =
            Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.MAP, Tag.SEQ);

    private final Document document;
    private final Node node;
    private final String place;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, String> keyPlaces = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();

    Section(Document document, Node node) {
        this.document = document;
        this.node = node;
        this.place = document.place(node);
        if (!(node instanceof MappingNode mapping)) {
            if (!isNull(node)) {
                document.problems().add(place, "expected a mapping (key: value lines)");
            }
            return;
        }
        refuseTag(node);
        for (NodeTuple tuple : mapping.getValue()) {
            String keyPlace = document.place(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                document.problems().add(keyPlace, "expected a plain key");
            } else if (values.putIfAbsent(key.getValue(), tuple.getValueNode()) != null) {
                document.problems().add(keyPlace, "key \"" + key.getValue() + "\" stands here a second time");
            } else {
                keyPlaces.put(key.getValue(), keyPlace);
            }
        }
    }

    /** There are no types but YAML's own: a tag would be overlooked, or worse, one day be obeyed. */
    private boolean refuseTag(Node tagged) {
        if (PLAIN_TAGS.contains(tagged.getTag())) {
            return false;
        }
        document.problems()
                .add(
                        document.place(tagged),
                        "a tag (a word that begins with \"!\") is not read here; put the value in quotes if it is meant"
                                + " as text");
        return true;
    }

    /** A mapping that nobody wrote: every key has its default. */
    static Section empty() {
        return new Section();
    }

    private Section() {
        this.document = Document.none();
        this.node = new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK);
        this.place = "";
    }

    /** The same mapping, nothing asked of it yet, with other problems to add to. */
    Section reportingTo(Problems problems) {
        return new Section(document.reportingTo(problems), node);
    }

    private static boolean isNull(Node node) {
        return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL);
    }

    /** Where this mapping begins, {@code file:line:column}. */
    public String place() {
        return place;
    }

    /** Where a key stands, or this mapping where the key is absent. */
    public String placeOf(String key) {
        return keyPlaces.getOrDefault(key, place);
    }

    /** Every key, in order. */
    public Set<String> keys() {
        return values.keySet();
    }

    public boolean has(String key) {
        asked.add(key);
        return values.containsKey(key) && !isNull(values.get(key));
    }

    /** Adds a problem at a key's place. */
    public void problem(String key, String message) {
        document.problems().add(placeOf(key), message);
    }

    /** A scalar as text, with references resolved. */
    public Optional<String> text(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        return scalar(key, values.get(key));
    }

    private Optional<String> scalar(String key, Node node) {
        if (!(node instanceof ScalarNode scalar)) {
            document.problems().add(document.place(node), "expected a single value for \"" + key + "\"");
            return Optional.empty();
        }
        if (refuseTag(scalar)) {
            return Optional.empty();
        }
        try {
            return Optional.of(document.interpolation().resolve(scalar.getValue()));
        } catch (IllegalArgumentException e) {
            document.problems().add(document.place(node), "\"" + key + "\": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** A scalar that a reader turns into a value; the reader says with IllegalArgumentException what it expected. */
    public <T> Optional<T> value(String key, Function<String, T> reader) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.apply(text.get()));
        } catch (IllegalArgumentException e) {
            document.problems().add(document.place(values.get(key)), "\"" + key + "\": " + e.getMessage());
            return Optional.empty();
        }
    }

    public int integer(String key, int defaultValue, int least, int most) {
        return value(key, text -> {
                    if (!text.matches("-?[0-9]{1,9}")
                            || Integer.parseInt(text) < least
                            || Integer.parseInt(text) > most) {
                        throw new IllegalArgumentException("expected a whole number from " + least + " to " + most);
                    }
                    return Integer.parseInt(text);
                })
                .orElse(defaultValue);
    }

    public boolean flag(String key, boolean defaultValue) {
        return value(key, Section::parseFlag).orElse(defaultValue);
    }

    static boolean parseFlag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("expected true or false");
        }
        return text.equals("true");
    }

    public Duration duration(String key, Duration defaultValue, Duration least, Duration most) {
        return value(key, text -> {
                    Duration duration = Quantity.duration(text);
                    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
                        throw new IllegalArgumentException(
                                "expected a time span from " + Quantity.text(least) + " to " + Quantity.text(most));
                    }
                    return duration;
                })
                .orElse(defaultValue);
    }

    /** A list of texts; a single text counts as a list of one. */
    public List<String> texts(String key) {
        if (!has(key)) {
            return List.of();
        }
        Node node = values.get(key);
        refuseTag(node);
        List<Node> items = node instanceof SequenceNode sequence ? sequence.getValue() : List.of(node);
        List<String> texts = new ArrayList<>();
        for (Node item : items) {
            scalar(key, item).ifPresent(texts::add);
        }
        return List.copyOf(texts);
    }

    /** A mapping below this one. */
    public Optional<Section> section(String key) {
        return has(key) ? Optional.of(new Section(document, values.get(key))) : Optional.empty();
    }

    /** A mapping of names to mappings below this one, in order. */
    public Map<String, Section> sections(String key) {
        Map<String, Section> sections = new LinkedHashMap<>();
        section(key).ifPresent(outer -> {
            for (String name : outer.keys()) {
                outer.section(name)
                        .ifPresentOrElse(
                                section -> sections.put(name, section),
                                () -> outer.problem(name, "expected settings below \"" + name + "\""));
            }
        });
        return sections;
    }

    /** The keys that were asked for so far, whether they are there or not. */
    public Set<String> asked() {
        return Set.copyOf(asked);
    }

    /** Reports every key that was not asked for, with the nearest one that was. */
    public void finish() {
        for (String key : values.keySet()) {
            if (!asked.contains(key)) {
                problem(key, "unknown key \"" + key + "\"." + NearestName.hint(key, asked));
            }
        }
    }
}
