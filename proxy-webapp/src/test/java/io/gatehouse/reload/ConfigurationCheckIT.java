package io.gatehouse.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.login.KeyRing;
import io.gatehouse.plugin.TestPlugins;
import io.gatehouse.server.BuiltInPlugins;
import io.gatehouse.spi.ConfigurationProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code gatehouse check} says of the homes that come with Gatehouse. */
class ConfigurationCheckIT {

    @TempDir
    Path home;

    @BeforeEach
    void copySample() throws IOException {
        Path sample = Path.of(System.getProperty("gatehouse.conf"));
        for (String file : List.of("gatehouse.yaml", "policy.csv", "htpasswd")) {
            Files.copy(sample.resolve(file), home.resolve(file));
        }
    }

    private ConfigurationCheck.Result check() throws IOException {
        return check(false);
    }

    private ConfigurationCheck.Result check(boolean connect) throws IOException {
        return ConfigurationCheck.of(home, TestPlugins.builtIn(), BuiltInPlugins.index(), name -> null, connect);
    }

    @Test
    void theSampleHasNoProblems() throws IOException {
        ConfigurationCheck.Result result = check();
        assertThat(result.problems()).isEmpty();
        assertThat(result.warnings()).isEmpty();
        assertThat(result.targets()).isEqualTo(1);
    }

    /** What stands there as a comment is an example that works once its files are there. */
    @Test
    void theSamplesCommentsAreRightToo() throws IOException {
        String yaml = Files.readString(home.resolve("gatehouse.yaml"))
                .replaceAll("(?m)^# (sources|portal|client-certificate-header|tls-terminators):", "$1:")
                .replaceAll("(?m)^#( +[a-z-]+: *.*)$", "$1")
                .replaceAll("(?m)^  # (prod:|certificates:|directory:|corp:|code:|hub:|  .*)$", "  $1")
                .replace("logins: [staff]     ", "logins: [staff, directory, corp, code, hub] #")
                .replace("format: rfc9440      ", "format: rfc9440 #")
                .replace("  # certificate: tls/server.crt     a pair", "  # a pair");
        assertThat(yaml)
                .contains(
                        "\n  prod:\n",
                        "\n  certificates:\n",
                        "\n  directory:\n",
                        "\n  corp:\n",
                        "\n  code:\n",
                        "\n  hub:\n",
                        "\ntls-terminators: [",
                        "\nclient-certificate-header:\n   name: ",
                        "\nsources:\n   clusters:\n",
                        "\nportal:\n   url:");
        Files.writeString(home.resolve("gatehouse.yaml"), yaml);
        assertThat(check().problems())
                .isNotEmpty()
                .extracting(ConfigurationProblem::message)
                .allMatch(
                        message -> message.contains("no such file") || message.equals("the kubeconfig does not exist"));
    }

    @Test
    void saysOnceThatTwoTargetsWantOnePlace() throws IOException {
        String yaml = Files.readString(home.resolve("gatehouse.yaml"));
        int from = yaml.indexOf("\n  demo:");
        int to = yaml.indexOf("\n\n", from);
        String target = yaml.substring(from, to);
        Files.writeString(
                home.resolve("gatehouse.yaml"),
                yaml.substring(0, to) + target.replace("demo:", "other:") + yaml.substring(to));
        assertThat(check().problems())
                .singleElement()
                .extracting(ConfigurationProblem::message)
                .isEqualTo("targets \"demo\" and \"other\" are both served at /demo/");
    }

    private void copyEmbeddedDefault() throws IOException {
        for (String file : List.of("gatehouse.yaml", "policy.csv")) {
            try (InputStream in = BuiltInPlugins.class.getResourceAsStream("/io/gatehouse/cli/default/" + file)) {
                Files.write(home.resolve(file), in.readAllBytes());
            }
        }
    }

    @Test
    void theEmbeddedDefaultsCommentsAreRightToo() throws IOException {
        copyEmbeddedDefault();
        String yaml = Files.readString(home.resolve("gatehouse.yaml")).replaceAll("(?m)^#(portal:|  .*)$", "$1");
        assertThat(yaml).contains("\nportal:\n  url: ");
        Files.writeString(home.resolve("gatehouse.yaml"), yaml);
        assertThat(check().problems())
                .extracting(ConfigurationProblem::message)
                .allMatch(message -> message.contains("no such file"));
    }

    @Test
    void theEmbeddedDefaultHasNoProblems() throws IOException {
        copyEmbeddedDefault();
        assertThat(check().problems())
                .extracting(ConfigurationProblem::message)
                .allMatch(message -> message.contains("tls/client-ca.crt: no such file"));
    }

    @Test
    void leavesNothingBehind() throws IOException {
        check();
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files)
                    .extracting(Path::getFileName)
                    .extracting(Path::toString)
                    .doesNotContain("data");
        }
    }

    @Test
    void saysWhatIsAllowedButShouldBeKnown() throws IOException {
        Files.writeString(home.resolve("gatehouse.yaml"), """
                authorizers: {policy: {plugin: acl, policy: policy.csv}}
                identities: {silent: {plugin: none}}
                audit: {sinks: {file: {plugin: audit-file}}}
                targets:
                  open: {path: /a/, url: "https://a", insecure-skip-verify: true, authenticators: [anonymous], authorizers: [policy], identity: silent, browser-sessions: shared-origin}
                """);
        assertThat(check().warnings())
                .hasSize(3)
                .anyMatch(warning -> warning.contains("(anonymous)"))
                .anyMatch(warning -> warning.contains("insecure-skip-verify"))
                .anyMatch(warning -> warning.contains("shared-origin"));
    }

    @Test
    void warnsOfAStoreThatIsSharedAndKeysThatAreNot() throws IOException {
        String yaml = Files.readString(home.resolve("gatehouse.yaml"))
                + "\nportal: {url: 'http://localhost', logins: [staff], store: {plugin: store-jdbc%s}%s}\n";
        String postgres = ", url: 'jdbc:postgresql://localhost:1/gate'";
        Files.writeString(home.resolve("gatehouse.yaml"), yaml.formatted(postgres, ""));
        assertThat(check().problems()).isEmpty();
        assertThat(check().warnings())
                .singleElement()
                .asString()
                .contains("no other replica can read its sessions and tokens", "\"keys: FILE\" below \"portal:\"");
        Files.writeString(home.resolve("gatehouse.yaml"), yaml.formatted("", ""));
        assertThat(check().warnings()).isEmpty();
        Files.writeString(home.resolve("keys"), KeyRing.newKey() + "\n");
        Files.writeString(home.resolve("gatehouse.yaml"), yaml.formatted(postgres, ", keys: keys"));
        assertThat(check().problems()).isEmpty();
        assertThat(check().warnings()).isEmpty();
    }

    @Test
    void tellsEachCauseOnceAndWhatItHides() throws IOException {
        Files.writeString(
                home.resolve("gatehouse.yaml"),
                Files.readString(home.resolve("gatehouse.yaml"))
                        .replace("plugin: audit-file", "plugin: audit-fiel")
                        .replace("plugin: acl", "plugin: acll"));
        ConfigurationCheck.Result result = check();
        assertThat(result.config()).as("there is no record without the sink").isEmpty();
        assertThat(result.problems())
                .extracting(ConfigurationProblem::message)
                .containsExactly(
                        "no audit sink plugin \"audit-fiel\". Did you mean \"audit-file\"?"
                                + " What else \"file\" says can not be checked without it.",
                        "no authorizer plugin \"acll\". Did you mean \"acl\"?"
                                + " What else \"policy\" says can not be checked without it.");
    }

    @Test
    void triesConnectionsWhenItIsAsked() throws IOException {
        String yaml = Files.readString(home.resolve("gatehouse.yaml"))
                        .replace(
                                "authenticators:\n  staff:",
                                "authenticators:\n  dead: {plugin: oidc, issuer: 'http://127.0.0.1:1', client-id: a}\n  staff:")
                        .replace("authenticators: [staff]", "authenticators: [staff, dead]")
                + "\nportal: {url: 'http://localhost', logins: [staff],"
                + " store: {plugin: store-jdbc, url: 'jdbc:postgresql://localhost:1/gate'}}\n";
        Files.writeString(home.resolve("gatehouse.yaml"), yaml);
        assertThat(check().connections()).isEmpty();
        assertThat(check(true).connections())
                .containsEntry("authenticator staff", Optional.empty())
                .containsEntry("audit sink database", Optional.empty())
                .containsEntry(
                        "store portal",
                        Optional.of("database localhost:1/gate can not be reached: nobody listens there"))
                .hasEntrySatisfying(
                        "authenticator dead",
                        trouble -> assertThat(trouble.orElseThrow()).contains("can not be reached"));
    }
}
