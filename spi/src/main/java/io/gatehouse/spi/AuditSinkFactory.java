package io.gatehouse.spi;

/** Makes audit sinks. Their calls always run on a thread of the host's own. */
public interface AuditSinkFactory extends PluginFactory<AuditSink> {}
