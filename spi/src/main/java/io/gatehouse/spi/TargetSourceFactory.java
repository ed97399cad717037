package io.gatehouse.spi;

/** Makes target sources. */
public interface TargetSourceFactory extends PluginFactory<TargetSource> {}
