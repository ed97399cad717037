package io.gatehouse.scenarios;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CRLException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509CRL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** A folder with everything that a Gatehouse needs, written in few words: two users, a policy, some targets. */
final class GatehouseHome {

    /** Of alice, who may what the policy says, and of bob, who may everything. */
    static final String PASSWORD = "correct horse";

    /** Bob may everything, streams too; alice may what is public and may read namespace d. */
    static final String[] POLICY = {
        "p, user:bob, *, /**, *|UPGRADE, allow",
        "p, user:alice, *, /public/**, *, allow",
        "p, user:alice, *, /api/v1/namespaces/d/**, GET, allow"
    };

    private static final String ACCESS = "authenticators: [staff], authorizers: [policy], identity: as-user";

    private final Path folder;
    private final Map<String, String> targets = new LinkedHashMap<>();
    private final Map<String, List<String>> products = new LinkedHashMap<>();
    private String more = "";

    private GatehouseHome(Path folder) {
        this.folder = folder;
    }

    /** With both users, the policy and no target. */
    static GatehouseHome create() throws IOException {
        GatehouseHome home = new GatehouseHome(Files.createTempDirectory("gatehouse-home"));
        home.product("authenticators", "staff: {plugin: htpasswd, file: htpasswd, groups: [staff]}");
        home.product("authorizers", "policy: {plugin: acl, policy: policy.csv}");
        home.product("identities", "as-user: {plugin: impersonate}");
        home.users("alice", "bob");
        home.policy(POLICY);
        return home;
    }

    Path folder() {
        return folder;
    }

    /** Adds a line under {@code authenticators}, {@code authorizers}, {@code identities} or {@code sources}. */
    GatehouseHome product(String kind, String line) {
        products.computeIfAbsent(kind, unknown -> new ArrayList<>()).add(line);
        return this;
    }

    /** Adds a target served at {@code /<name>/}, or replaces it; {@link #write} puts it into force. */
    GatehouseHome target(String name, String url, String... more) {
        String settings = Arrays.stream(more).map(setting -> ", " + setting).collect(Collectors.joining());
        targets.put(name, "{path: /" + name + "/, url: \"" + url + "\", " + ACCESS + settings + "}");
        return this;
    }

    /** Adds a target as it is to stand in the file. */
    GatehouseHome targetAs(String name, String settings) {
        targets.put(name, settings);
        return this;
    }

    GatehouseHome without(String name) {
        targets.remove(name);
        return this;
    }

    /** Adds lines of the first level. */
    GatehouseHome with(String lines) {
        more = lines + "\n";
        return this;
    }

    /** Writes {@code gatehouse.yaml}. */
    GatehouseHome write() throws IOException {
        StringBuilder text = new StringBuilder("look-for-changes: 20ms\n").append(more);
        products.forEach((kind, lines) -> text.append(kind)
                .append(":\n  ")
                .append(String.join("\n  ", lines))
                .append('\n'));
        text.append("audit:\n  sinks:\n    file: {plugin: audit-file}\ntargets:\n");
        targets.forEach((name, settings) ->
                text.append("  ").append(name).append(": ").append(settings).append('\n'));
        return file("gatehouse.yaml", text.toString());
    }

    GatehouseHome policy(String... lines) throws IOException {
        return file("policy.csv", String.join("\n", lines) + "\n");
    }

    GatehouseHome users(String... names) throws IOException {
        byte[] salt = new byte[16];
        String hash = OpenBSDBCrypt.generate("2y", PASSWORD.toCharArray(), salt, 4);
        return file(
                "htpasswd",
                Arrays.stream(names).map(name -> name + ":" + hash + "\n").collect(Collectors.joining()));
    }

    GatehouseHome certificate(String name, Certificate certificate) throws IOException {
        try {
            return pem(name, "CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IOException(e);
        }
    }

    /** A certificate and its key, in {@code <name>.crt} and {@code <name>.key}. */
    GatehouseHome certificate(String name, KeyStore.PrivateKeyEntry entry) throws IOException {
        return certificate(name + ".crt", entry.getCertificate())
                .pem(name + ".key", "PRIVATE KEY", entry.getPrivateKey().getEncoded());
    }

    GatehouseHome revocationList(String name, X509CRL list) throws IOException {
        try {
            return pem(name, "X509 CRL", list.getEncoded());
        } catch (CRLException e) {
            throw new IOException(e);
        }
    }

    private GatehouseHome pem(String name, String type, byte[] bytes) throws IOException {
        return file(
                name,
                "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + type
                        + "-----\n");
    }

    /** Replaces a file whole, so that no reader sees half of it. */
    GatehouseHome file(String name, String text) throws IOException {
        Path draft = Files.writeString(folder.resolve("." + name + ".new"), text);
        Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        return this;
    }

    /** The value of an {@code Authorization} field. */
    static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + PASSWORD).getBytes());
    }
}
