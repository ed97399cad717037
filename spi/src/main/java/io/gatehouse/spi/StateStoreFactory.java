package io.gatehouse.spi;

/** Makes stores. Their calls may wait, and run on threads of the host's own or of requests. */
public interface StateStoreFactory extends PluginFactory<StateStore> {}
