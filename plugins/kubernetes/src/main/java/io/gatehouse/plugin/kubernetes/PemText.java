package io.gatehouse.plugin.kubernetes;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the PEM texts of a kubeconfig, in it or in files of their own, and checks them. */
final class PemText {

    private static final Pattern PRIVATE_KEY = Pattern.compile("-----BEGIN ([A-Z]+ )?PRIVATE KEY-----");

    private final FileSnapshot snapshot;

    PemText(FileSnapshot snapshot) {
        this.snapshot = snapshot;
    }

    /** Certificates; absent when the entry has none. */
    Optional<String> certificates(KubeEntry entry, String key) throws UnusableException {
        Optional<String> pem = find(entry, key);
        if (pem.isPresent() && !isCertificates(pem.get())) {
            throw entry.problem(place(entry, key) + ": expected certificates in PEM");
        }
        return pem;
    }

    /** A private key; absent when the entry has none. */
    Optional<String> key(KubeEntry entry, String key) throws UnusableException {
        Optional<String> pem = find(entry, key);
        if (pem.isPresent() && !PRIVATE_KEY.matcher(pem.get()).find()) {
            throw entry.problem(place(entry, key) + ": expected a private key in PEM");
        }
        if (pem.isPresent() && pem.get().contains("ENCRYPTED")) {
            throw entry.problem(place(entry, key) + ": the private key is encrypted; decrypt it");
        }
        return pem;
    }

    static boolean isCertificates(String pem) {
        if (!pem.contains("-----BEGIN CERTIFICATE-----")) {
            return false;
        }
        try {
            byte[] bytes = pem.getBytes(StandardCharsets.UTF_8);
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes))
                    .isEmpty();
        } catch (CertificateException e) {
            return false;
        }
    }

    /** The data counts before the file, as for kubectl. */
    private Optional<String> find(KubeEntry entry, String key) throws UnusableException {
        Optional<String> data = entry.text(key + "-data");
        if (data.isPresent()) {
            return Optional.of(decode(entry, key + "-data", data.get()));
        }
        Optional<Path> path = entry.path(key);
        return path.isPresent() ? Optional.of(read(entry, key, path.get())) : Optional.empty();
    }

    private static String place(KubeEntry entry, String key) throws UnusableException {
        return entry.text(key + "-data").isPresent() ? key + "-data" : key;
    }

    private static String decode(KubeEntry entry, String key, String data) throws UnusableException {
        try {
            return new String(Base64.getDecoder().decode(data.replaceAll("\\s", "")), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw entry.problem(key + ": expected base64");
        }
    }

    private String read(KubeEntry entry, String key, Path path) throws UnusableException {
        FileSnapshot.Content content = snapshot.read(path);
        if (content instanceof FileSnapshot.Content.Absent absent) {
            throw entry.problem(key + ": " + path + " " + absent.reason());
        }
        return new String(((FileSnapshot.Content.Present) content).file().bytes(), StandardCharsets.UTF_8);
    }
}
