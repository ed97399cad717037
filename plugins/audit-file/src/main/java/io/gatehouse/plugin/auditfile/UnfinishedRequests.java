package io.gatehouse.plugin.auditfile;

import io.gatehouse.spi.AuditEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the opens without a close. Of the newest files as many as fit into {@link #MAXIMUM_BYTES} are read, oldest of them
 * first, and only what is open is held, at most {@value #MAXIMUM_OPEN}: an open that is older than that is not found.
 */
final class UnfinishedRequests {

    static final long MAXIMUM_BYTES = 128L * 1024 * 1024;
    static final int MAXIMUM_OPEN = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(UnfinishedRequests.class);

    private static final String REQUEST_ID = "\"requestId\":\"";

    private final Map<String, AuditEvent> open = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, AuditEvent> eldest) {
            return size() > MAXIMUM_OPEN;
        }
    };
    private long unreadable;

    /** @param files oldest first, the written one last */
    List<AuditEvent> find(List<Path> files) throws IOException {
        for (Path file : newest(files)) {
            read(file);
        }
        if (unreadable > 0) {
            LOG.warn("{} lines of the audit files are not records and were skipped", unreadable);
        }
        return List.copyOf(open.values());
    }

    private static List<Path> newest(List<Path> files) throws IOException {
        long bytes = 0;
        for (int i = files.size() - 1; i >= 0; i--) {
            bytes += Files.size(files.get(i));
            if (bytes > MAXIMUM_BYTES && i < files.size() - 1) {
                return files.subList(i + 1, files.size());
            }
        }
        return new ArrayList<>(files);
    }

    private void read(Path file) throws IOException {
        // One char a byte: only the few lines that matter are decoded, below.
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                boolean opens = line.startsWith(AuditLine.OPEN_START);
                if (opens || !open.isEmpty() && open.containsKey(requestId(line))) {
                    take(decoded(line), opens);
                }
            }
        }
    }

    /** Found without parsing the line, which would take most of the time; an odd id that is escaped is parsed. */
    private String requestId(String line) {
        int start = line.indexOf(REQUEST_ID) + REQUEST_ID.length();
        int end = line.indexOf('"', start);
        if (start < REQUEST_ID.length() || end < 0) {
            unreadable++;
            return "";
        }
        String id = line.substring(start, end);
        return id.indexOf('\\') < 0 ? decoded(id) : parsedId(decoded(line));
    }

    private static String decoded(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String parsedId(String line) {
        try {
            return AuditLine.read(line).requestId();
        } catch (RuntimeException e) {
            return "";
        }
    }

    private void take(String line, boolean opens) {
        try {
            AuditEvent event = AuditLine.read(line);
            if (opens) {
                open.put(event.requestId(), event);
            } else {
                open.remove(event.requestId());
            }
        } catch (RuntimeException e) {
            unreadable++;
        }
    }
}
