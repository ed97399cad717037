package io.gatehouse.audit;

import io.gatehouse.spi.AuditSink;

/**
 * A sink with the administrator's name for it.
 *
 * @param loader the plugin's class loader, for the thread that calls it
 */
public record NamedSink(String name, AuditSink sink, ClassLoader loader) {}
