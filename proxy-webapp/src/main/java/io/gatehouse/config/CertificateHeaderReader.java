package io.gatehouse.config;

import io.gatehouse.request.CertificateFormat;
import io.gatehouse.request.CertificateHeader;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code client-certificate-header}. */
final class CertificateHeaderReader {

    private static final String KEY = "client-certificate-header";

    /** Those that mean something else already. */
    private static final Set<String> TAKEN =
            Set.of("authorization", "connection", "cookie", "host", "origin", "transfer-encoding", "x-forwarded-for");

    private CertificateHeaderReader() {}

    static Optional<CertificateHeader> read(Section root) {
        Optional<Section> section = root.section(KEY);
        if (section.isEmpty()) {
            return Optional.empty();
        }
        Section written = section.get();
        if (root.texts("tls-terminators").isEmpty()) {
            root.problem(KEY, "\"" + KEY + "\" is believed from \"tls-terminators\" only: list them");
        }
        if (!written.has("name")) {
            root.problem(KEY, "\"" + KEY + "\" has no \"name\"");
        }
        CertificateHeader header = new CertificateHeader(
                written.value("name", CertificateHeaderReader::name).orElse("Client-Cert"),
                written.value("format", CertificateHeaderReader::format).orElse(CertificateFormat.RFC9440));
        written.finish();
        return Optional.of(header);
    }

    private static String name(String text) {
        if (!text.matches("[A-Za-z0-9]+(-[A-Za-z0-9]+)*") || TAKEN.contains(text.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("expected a header's name of its own, such as Client-Cert");
        }
        return text;
    }

    private static CertificateFormat format(String text) {
        return Arrays.stream(CertificateFormat.values())
                .filter(format -> word(format).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected one of "
                        + Arrays.stream(CertificateFormat.values())
                                .map(CertificateHeaderReader::word)
                                .collect(Collectors.joining(", "))));
    }

    private static String word(CertificateFormat format) {
        return format.name().toLowerCase(Locale.ROOT);
    }
}
