package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.AuditSinkFactory;
import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.StateStoreFactory;
import java.util.List;

/** Offers the audit sink {@code audit-jdbc} and the store {@code store-jdbc}, both tables in an embedded H2 database or in PostgreSQL. */
public final class AuditJdbcPlugin implements GatehousePlugin {

    @Override
    public List<AuditSinkFactory> auditSinks() {
        return List.of(new AuditJdbcSinkFactory());
    }

    @Override
    public List<StateStoreFactory> stateStores() {
        return List.of(new JdbcStateStoreFactory());
    }
}
