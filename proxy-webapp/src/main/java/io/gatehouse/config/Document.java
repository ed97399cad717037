package io.gatehouse.config;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** A YAML 1.2 file that is being read: its nodes with their places, its references, its problems. */
public final class Document {

    private final String fileName;
    private final Interpolation interpolation;
    private final Problems problems;

    private Document(String fileName, Interpolation interpolation, Problems problems) {
        this.fileName = fileName;
        this.interpolation = interpolation;
        this.problems = problems;
    }

    /**
     * Parses a file.
     *
     * @param environment looks up an environment variable; null when it is not set
     * @return its root mapping; empty when it does not parse, which is then among the problems
     */
    public static Optional<Section> read(
            Path file, Function<String, String> environment, WatchedFiles files, Problems problems) {
        String name = file.getFileName().toString();
        Path home = file.toAbsolutePath().getParent();
        Document document = new Document(name, new Interpolation(home, environment, files), problems);
        try {
            ConfigFile content = files.read(file);
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(name)
                    .setMaxAliasesForCollections(20)
                    .build();
            Optional<Node> root = new Compose(settings).composeString(content.text());
            if (root.isEmpty()) {
                problems.add(name + ":1:1", "the file is empty");
            }
            return root.map(node -> new Section(document, node));
        } catch (ConfigurationException e) {
            problems.addAll(e);
        } catch (MarkedYamlEngineException e) {
            problems.add(e.getProblemMark().map(document::place).orElse(name), "not YAML: " + e.getProblem());
        } catch (StackOverflowError e) {
            problems.add(name, "not YAML that can be read: it is nested too deeply");
        } catch (YamlEngineException e) {
            problems.add(name, "not YAML: " + e.getMessage());
        }
        return Optional.empty();
    }

    /** Stands behind a mapping that nobody wrote. */
    static Document none() {
        WatchedFiles files = new WatchedFiles();
        return new Document("", new Interpolation(Path.of(""), name -> null, files), new Problems());
    }

    Document reportingTo(Problems others) {
        return new Document(fileName, interpolation, others);
    }

    String place(Node node) {
        return node.getStartMark().map(this::place).orElse(fileName);
    }

    private String place(Mark mark) {
        return fileName + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
    }

    Interpolation interpolation() {
        return interpolation;
    }

    Problems problems() {
        return problems;
    }
}
