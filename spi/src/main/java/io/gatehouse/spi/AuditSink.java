package io.gatehouse.spi;

import java.util.List;

/**
 * Where records go. Append only. All calls come from one thread of the host, never from a request, so an implementation
 * needs no locks and may wait for its disk or database.
 */
public interface AuditSink extends AutoCloseable {

    /**
     * The {@link AuditEvent.Kind#OPEN} events of earlier runs whose close was never written, as after {@code kill -9}.
     * Asked once, before the first {@link #append}; the host closes them with a record that says so.
     */
    List<AuditEvent> unfinished();

    /**
     * Writes a batch, in order, already masked.
     *
     * @return the last sequence number that would now survive a crash of the process; less than the batch's last when
     *     only a part was written: the rest is offered again
     * @throws RuntimeException when nothing could be written: the batch is offered again, and new requests are refused
     *     once the host's queue is full
     */
    long append(List<AuditEvent> events);

    /** Writes out what is left. */
    @Override
    void close();
}
