package io.gatehouse.plugin.kubernetes;

import io.gatehouse.spi.CredentialUnavailableException;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.UpstreamCredential;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the tests of this plugin share. */
final class KubernetesTesting {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Self-signed for alice. */
    static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBmDCCAT2gAwIBAgIUEvhWvni0TeObx8SphSh3bT3DR84wCgYIKoZIzj0EAwIw
            IDEOMAwGA1UEAwwFYWxpY2UxDjAMBgNVBAoMBXN0YWZmMCAXDTI2MTEyMjE1MDcx
            M1oYDzIxMjYxMDI5MTUwNzEzWjAgMQ4wDAYDVQQDDAVhbGljZTEOMAwGA1UECgwF
            c3RhZmYwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASl94UNBomeQfezoQ33Ms9B
            Owv/76ZbvzvE94mXSPP0DveIODzkFjS8F2eM3cPIoc78o36CM6i7kj9qnUVb+eJt
            o1MwUTAdBgNVHQ4EFgQU4er8vBH3zjxlq55WUZ95pNP88zwwHwYDVR0jBBgwFoAU
            4er8vBH3zjxlq55WUZ95pNP88zwwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQD
            AgNJADBGAiEA3291ghMTGqsY4FcywMx8T+9qFs92lqZOlUTKUeHWnxMCIQCd9A3z
            FRgMTr6p8o5rD/oYGK67b1X2Yd7lg/xn+umqVg==
            -----END CERTIFICATE-----
            """;

    static final String KEY = """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQge0WG0q9IR3bkLoXq
            RJcpb6w71ySvfEj4tQBAueB5vjqhRANCAASl94UNBomeQfezoQ33Ms9BOwv/76Zb
            vzvE94mXSPP0DveIODzkFjS8F2eM3cPIoc78o36CM6i7kj9qnUVb+eJt
            -----END PRIVATE KEY-----
            """;

    /** Self-signed for bob. */
    static final String OTHER_CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBkzCCATmgAwIBAgIURLKggn1EAcfXuuwM/5u9Vd86+34wCgYIKoZIzj0EAwIw
            HjEMMAoGA1UEAwwDYm9iMQ4wDAYDVQQKDAVzdGFmZjAgFw0yNjExMjIxNTA3MTNa
            GA8yMTI2MTAyOTE1MDcxM1owHjEMMAoGA1UEAwwDYm9iMQ4wDAYDVQQKDAVzdGFm
            ZjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABP7jUlqZ+8ONae1zPbq1woSSoiG/
            TF0uAQ7jBC9ZaE4uVIgvPdul5HyRl+vMKkYyYyKJPtTlsKqhQkG5x3BrCoajUzBR
            MB0GA1UdDgQWBBQPkcBRTapfD2Ev5RmE4gCAwe1c8DAfBgNVHSMEGDAWgBQPkcBR
            TapfD2Ev5RmE4gCAwe1c8DAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gA
            MEUCIEGZ/rjBvo2hrMqF8cDVjuT0Wd22SzLNTY6F9h+rFl+KAiEAwiIoLzowSVF8
            RsrDZas9XRz74vBV9qp8WdwOXMLi2Eo=
            -----END CERTIFICATE-----
            """;

    private KubernetesTesting() {}

    static PluginContext context(Clock clock) {
        return new TestContext("clusters", Path.of("."), clock);
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static Path write(Path file, String text) throws IOException {
        return Files.writeString(file, text);
    }

    /** A program of the shell. */
    static Path script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    /** A kubeconfig of one cluster {@code c}, one user {@code u} and one context {@code main}. */
    static String kubeconfig(String cluster, String user) {
        return """
                clusters:
                - name: c
                  cluster: {server: "https://127.0.0.1:6443"%s}
                users:
                - name: u
                  user: {%s}
                contexts:
                - name: main
                  context: {cluster: c, user: u}
                current-context: main
                """.formatted(cluster.isEmpty() ? "" : ", " + cluster, user);
    }

    static KubeconfigSource source(Clock clock, Path... files) {
        return new KubeconfigSource(
                "clusters",
                new KubeconfigFiles(List.of(files), false, Optional.empty()),
                Set.of(),
                Duration.ofSeconds(30),
                clock);
    }

    static UpstreamCredential credential(TargetDefinition definition) {
        try {
            return definition.credential().current();
        } catch (CredentialUnavailableException e) {
            throw new AssertionError("expected a credential", e);
        }
    }

    static String authorization(TargetDefinition definition) {
        return credential(definition).authorization().orElseThrow().reveal();
    }

    /** Why a target has no credentials. */
    static String refusal(TargetDefinition definition) {
        try {
            definition.credential().current();
        } catch (CredentialUnavailableException e) {
            return e.getMessage();
        }
        throw new AssertionError("expected no credential");
    }
}
