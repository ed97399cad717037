package io.gatehouse.spi;

import java.util.List;
import java.util.Optional;

/**
 * Where records go. Append only. All calls come from one thread of the host, never from a request, so an implementation
 * needs no locks and may wait for its disk or database.
 */
public interface AuditSink extends AutoCloseable {

    /**
     * The {@link AuditEvent.Kind#OPEN} events of earlier runs whose close was never written, as after {@code kill -9}.
     * Asked before the first {@link #append}, until it answers; the host closes them with a record that says so.
     */
    List<AuditEvent> unfinished();

    /**
     * For a sink whose records several replicas write to: the same events of other runs, once those runs are gone. Asked
     * every five seconds, while nothing that was told before waits to be written; which tells such a sink, too, that the
     * run that asks goes on.
     *
     * @param run the host's own
     */
    default List<AuditEvent> abandoned(String run) {
        return List.of();
    }

    /**
     * Writes a batch, in order, already masked.
     *
     * @return the last sequence number that would now survive a crash of the process; less than the batch's last when
     *     only a part was written: the rest is offered again
     * @throws RuntimeException when nothing could be written: the batch is offered again, and new requests are refused
     *     once the host's queue is full
     */
    long append(List<AuditEvent> events);

    /**
     * Tries whether what it writes to answers, as for {@code gatehouse check --connect}; may take some seconds.
     *
     * @return what is wrong; nothing when all is well, or there is nothing to try
     */
    default Optional<String> tryConnection() {
        return Optional.empty();
    }

    /** Writes out what is left. */
    @Override
    void close();
}
