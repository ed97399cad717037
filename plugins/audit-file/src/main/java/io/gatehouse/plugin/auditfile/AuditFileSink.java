package io.gatehouse.plugin.auditfile;

import io.gatehouse.spi.AuditEvent;
import io.gatehouse.spi.AuditSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events as JSON lines, each batch forced to the disk before it is acknowledged.
 *
 * <p>A batch that fails half-way is cut off again, so that the host can offer it anew without repeating a line. A file that
 * was moved away, or a channel that an interrupt closed, is opened again at the next batch. A last line that a crash cut
 * short was never acknowledged; it is removed, and said.
 */
final class AuditFileSink implements AuditSink {

    private static final Logger LOG = LoggerFactory.getLogger(AuditFileSink.class);
    private static final int LARGEST_KEPT_BUFFER = 4 * 1024 * 1024;

    private final Path path;
    private final long maximumSize;
    private final FullFiles fullFiles;
    private final StringBuilder text = new StringBuilder();
    private Optional<PathLock> lock = Optional.empty();
    private Optional<Written> written = Optional.empty();

    /** The file that is open. @param key tells whether the path still leads to it; {@code position} is the good end */
    private record Written(FileChannel channel, Object key, long position) {
        Written at(long newPosition) {
            return new Written(channel, key, newPosition);
        }
    }

    AuditFileSink(Path path, long maximumSize, int maximumFiles, Clock clock) {
        this.path = path;
        this.maximumSize = maximumSize;
        this.fullFiles = new FullFiles(path, maximumFiles, clock);
    }

    /** Opens what can be opened now. While a predecessor in this process still writes, that is left to the first use. */
    void prepare() throws IOException {
        OwnerOnly.createFolders(path.getParent());
        try {
            open();
        } catch (PathLock.PredecessorException e) {
            LOG.debug("{}", e.getMessage());
        } catch (IOException e) {
            closeAll();
            throw e;
        }
    }

    @Override
    public List<AuditEvent> unfinished() {
        try {
            open();
            List<Path> files = new ArrayList<>(fullFiles.list());
            files.add(path);
            return new UnfinishedRequests().find(files);
        } catch (IOException e) {
            throw new UncheckedIOException("the audit files can not be read: " + e, e);
        }
    }

    @Override
    public long append(List<AuditEvent> events) {
        text.setLength(0);
        events.forEach(event -> AuditLine.write(event, text));
        ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
        if (text.capacity() > LARGEST_KEPT_BUFFER) {
            text.setLength(0);
            text.trimToSize();
        }
        try {
            Written target = open();
            if (target.position > 0 && target.position + bytes.remaining() > maximumSize) {
                target = rotate(target);
            }
            write(target, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("the audit file " + path + " can not be written: " + e, e);
        }
        return events.get(events.size() - 1).sequence();
    }

    private void write(Written target, ByteBuffer bytes) throws IOException {
        try {
            long position = target.position;
            while (bytes.hasRemaining()) {
                position += target.channel.write(bytes, position);
            }
            target.channel.force(false);
            written = Optional.of(target.at(position));
        } catch (IOException e) {
            cutOff(target);
            throw e;
        }
    }

    private void cutOff(Written target) {
        try {
            target.channel.truncate(target.position);
        } catch (IOException e) {
            LOG.warn("a failed batch at the end of {} can not be cut off yet: {}", path, e.toString());
        }
    }

    private Written rotate(Written target) throws IOException {
        target.channel.force(true);
        target.channel.close();
        written = Optional.empty();
        fullFiles.add();
        return open();
    }

    /** The open file, whole up to its position. */
    private Written open() throws IOException {
        if (lock.isEmpty()) {
            lock = Optional.of(PathLock.of(path));
        }
        if (written.isPresent() && !isStillThere(written.get())) {
            reopen(written.get());
        }
        if (written.isEmpty()) {
            FileChannel channel = OwnerOnly.open(path, StandardOpenOption.WRITE);
            try {
                written = Optional.of(new Written(channel, key(), TornLine.repair(path, channel)));
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }
        Written good = written.get();
        long size = good.channel.size();
        if (size > good.position) {
            good.channel.truncate(good.position);
        } else if (size < good.position) {
            LOG.warn("audit file {} was cut by somebody else from {} to {} bytes", path, good.position, size);
            written = Optional.of(good.at(TornLine.repair(path, good.channel)));
        }
        return written.get();
    }

    private void reopen(Written old) throws IOException {
        boolean interrupted = !old.channel.isOpen();
        old.channel.close();
        if (interrupted && Objects.equals(old.key, key())) {
            written = Optional.of(new Written(OwnerOnly.open(path, StandardOpenOption.WRITE), old.key, old.position));
        } else {
            LOG.warn("audit file {} was moved or deleted by somebody else; a new one is begun", path);
            written = Optional.empty();
        }
    }

    private boolean isStillThere(Written target) throws IOException {
        return target.channel.isOpen() && Objects.equals(target.key, key());
    }

    private Object key() throws IOException {
        try {
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return key == null ? "unknown" : key;
        } catch (NoSuchFileException e) {
            return "none";
        }
    }

    @Override
    public void close() {
        try {
            closeAll();
        } catch (IOException e) {
            throw new UncheckedIOException("the audit file " + path + " can not be closed", e);
        }
    }

    private void closeAll() throws IOException {
        try {
            if (written.isPresent()) {
                written.get().channel.close();
            }
        } finally {
            if (lock.isPresent()) {
                lock.get().close();
            }
            written = Optional.empty();
            lock = Optional.empty();
        }
    }
}
