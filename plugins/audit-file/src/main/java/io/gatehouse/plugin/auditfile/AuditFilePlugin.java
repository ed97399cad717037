package io.gatehouse.plugin.auditfile;

import io.gatehouse.spi.AuditSinkFactory;
import io.gatehouse.spi.GatehousePlugin;
import java.util.List;

/** Offers the audit sink {@code audit-file}: JSON lines in a file. */
public final class AuditFilePlugin implements GatehousePlugin {

    @Override
    public List<AuditSinkFactory> auditSinks() {
        return List.of(new AuditFileSinkFactory());
    }
}
