package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.AuditSinkFactory;
import io.gatehouse.spi.GatehousePlugin;
import java.util.List;

/** Offers the audit sink {@code audit-jdbc}: a table in an embedded H2 database. */
public final class AuditJdbcPlugin implements GatehousePlugin {

    @Override
    public List<AuditSinkFactory> auditSinks() {
        return List.of(new AuditJdbcSinkFactory());
    }
}
