package io.gatehouse.plugin.auditfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes a last line without an end, which a crash has cut short. */
final class TornLine {

    private static final Logger LOG = LoggerFactory.getLogger(TornLine.class);
    private static final int BLOCK = 8192;

    private TornLine() {}

    /** Makes a file end with a whole line; returns its size then. */
    static long repair(Path path, FileChannel channel) throws IOException {
        long size = channel.size();
        long good = endOfLastLine(path, size);
        if (good < size) {
            channel.truncate(good);
            channel.force(true);
            LOG.warn(
                    "audit file {} ended in a line that was cut short by a crash; its {} bytes, which were never"
                            + " acknowledged, are removed",
                    path,
                    size - good);
        }
        return good;
    }

    private static long endOfLastLine(Path path, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            for (long end = size; end > 0; ) {
                long start = Math.max(0, end - BLOCK);
                block.clear().limit((int) (end - start));
                while (block.hasRemaining() && channel.read(block, start + block.position()) >= 0) {
                    continue;
                }
                for (int i = block.position() - 1; i >= 0; i--) {
                    if (block.get(i) == '\n') {
                        return start + i + 1;
                    }
                }
                end = start;
            }
        }
        return 0;
    }
}
