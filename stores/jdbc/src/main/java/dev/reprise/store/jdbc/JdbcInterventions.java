package dev.reprise.store.jdbc;

import dev.reprise.OperationId;
import dev.reprise.spi.Interventions;
import dev.reprise.spi.OperationQuery;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What operators do to operations in a database. Thread-safe.
 *
 * @param connections for short work
 * @param statements that fit the database
 * @param interventions the same for interventions
 */
record JdbcInterventions(ShortConnections connections, Statements statements, InterventionStatements interventions)
        implements Interventions {
    JdbcInterventions(ShortConnections connections, Statements statements) {
        this(connections, statements, new InterventionStatements(statements));
    }

    @Override
    public Intervened intervene(Intervention intervention) {
        try {
            return connections.write(
                    connection -> statements.freshly(connection, open -> interventions.intervene(open, intervention)));
        } catch (SQLException e) {
            throw Faults.exception("do what an operator wants", e);
        }
    }

    @Override
    public List<AuditEntry> audit(long before, int limit) {
        try {
            return connections.read(connection -> interventions.audit(connection, before, limit));
        } catch (SQLException e) {
            throw Faults.exception("read the audit", e);
        }
    }

    @Override
    public OperationQuery.Page<Listed> list(String type, OperationQuery query) {
        try {
            List<Listed> found = connections.read(connection -> interventions.list(connection, type, query));
            return query.page(found, listed -> listed.record().id());
        } catch (SQLException e) {
            throw Faults.exception("list operations of " + type, e);
        }
    }

    @Override
    public Map<OperationId, Standing> standing(Collection<OperationId> ids) {
        try {
            return connections.read(connection -> interventions.standing(connection, ids));
        } catch (SQLException e) {
            throw Faults.exception("see where operations stand", e);
        }
    }
}
