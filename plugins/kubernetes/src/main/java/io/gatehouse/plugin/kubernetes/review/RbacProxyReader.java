package io.gatehouse.plugin.kubernetes.review;

import io.gatehouse.plugin.kubernetes.review.AttributeTemplate.Field;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.KubernetesAction;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Reads kube-rbac-proxy's configuration file ({@code pkg/authz/auth.go}); every problem is told, with its line. */
final class RbacProxyReader {

    /** Credentials, and what the host removes before a plugin sees it. */
    private static final Set<String> NO_HEADERS = Set.of("authorization", "cookie", "host");

    private final ConfigFile file;
    private final List<ConfigurationProblem> problems = new ArrayList<>();

    RbacProxyReader(ConfigFile file) {
        this.file = file;
    }

    /** @throws ConfigurationException with all that is wrong */
    RbacProxyRules read() {
        RbacProxyRules rules = compose().map(this::document).orElse(RbacProxyRules.NONE);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return rules;
    }

    private Optional<Node> compose() {
        try {
            Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
            return Optional.ofNullable(yaml.compose(new StringReader(file.text())));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            problems.add(file.problemAt(line, "is not YAML: " + e.getProblem()));
        } catch (YAMLException e) {
            problems.add(file.problemAt(1, "is not YAML"));
        }
        return Optional.empty();
    }

    private RbacProxyRules document(Node root) {
        YamlSection top = new YamlSection(file, root, problems);
        RbacProxyRules rules = top.section("authorization").map(this::rules).orElse(RbacProxyRules.NONE);
        top.end();
        return rules;
    }

    private RbacProxyRules rules(YamlSection section) {
        Optional<FixedAttributes> attributes = attributes(section);
        List<StaticRule> rules = new ArrayList<>();
        for (YamlSection rule : section.sections("static")) {
            rules.add(rule(rule));
        }
        section.end();
        return new RbacProxyRules(attributes, rules);
    }

    private Optional<FixedAttributes> attributes(YamlSection section) {
        Optional<YamlSection> rewrites = section.section("rewrites");
        Optional<String> parameter = rewrites.flatMap(from -> source(from, "byQueryParameter"));
        Optional<String> header =
                rewrites.flatMap(from -> source(from, "byHttpHeader")).map(name -> name.toLowerCase(Locale.ROOT));
        header.ifPresent(name -> requireHeader(rewrites.get(), name));
        rewrites.ifPresent(YamlSection::end);
        Optional<YamlSection> written = section.section("resourceAttributes");
        if (written.isEmpty()) {
            rewrites.ifPresent(from -> section.problem(
                    section.line("rewrites"), "rewrites change resourceAttributes, and there are none"));
            return Optional.empty();
        }
        boolean hasValue = parameter.isPresent() || header.isPresent();
        Map<Field, AttributeTemplate> fields = new EnumMap<>(Field.class);
        for (Field field : Field.values()) {
            template(written.get(), field, hasValue).ifPresent(template -> fields.put(field, template));
        }
        written.get().end();
        return Optional.of(new FixedAttributes(fields, parameter, header));
    }

    private Optional<String> source(YamlSection rewrites, String key) {
        return rewrites.section(key).map(from -> {
            String name = from.text("name");
            if (name.isEmpty()) {
                rewrites.problem(rewrites.line(key), key + ": expected a name");
            }
            from.end();
            return name;
        });
    }

    private static void requireHeader(YamlSection rewrites, String name) {
        boolean usable = name.matches("[!#$%&'*+.^_`|~0-9a-z-]+")
                && !NO_HEADERS.contains(name)
                && !name.startsWith("impersonate-")
                && !name.startsWith("x-remote-")
                && !name.startsWith("x-forwarded-");
        if (!usable && !name.isEmpty()) {
            rewrites.problem(
                    rewrites.line("byHttpHeader"), "byHttpHeader: the header \"" + name + "\" can not be judged by");
        }
    }

    private static Optional<AttributeTemplate> template(YamlSection section, Field field, boolean hasValue) {
        String text = section.text(field.key());
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<AttributeTemplate> template = AttributeTemplate.of(field, text);
        if (template.isEmpty()) {
            section.problem(section.line(field.key()), field.key() + ": of templates, only {{ .Value }} is known");
        } else if (template.get().hasPlaces() && !hasValue) {
            section.problem(
                    section.line(field.key()),
                    field.key() + ": there is no value without byQueryParameter or byHttpHeader");
        }
        return template;
    }

    private StaticRule rule(YamlSection section) {
        Optional<YamlSection> user = section.section("user");
        String name = user.map(who -> who.text("name")).orElse("");
        List<String> groups = user.map(who -> who.texts("groups")).orElse(List.of());
        user.ifPresent(YamlSection::end);
        String path = section.text("path");
        boolean resource = section.flag("resourceRequest");
        if (resource != path.isEmpty()) {
            section.problem(section.line(), "a static rule has either a path or resourceRequest: true, and not both");
        }
        KubernetesAction action = new KubernetesAction(
                resource,
                section.text("verb"),
                section.text("apiGroup"),
                "",
                section.text("namespace"),
                section.text("resource"),
                section.text("subresource"),
                section.text("name"),
                path,
                "",
                "");
        section.end();
        return new StaticRule(file.path().getFileName() + ":" + section.line(), name, groups, action);
    }
}
