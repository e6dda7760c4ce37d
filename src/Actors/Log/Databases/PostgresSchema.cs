namespace ActorRlhf.Actors.Log.Databases;

/// <summary>
/// The tables in PostgreSQL: those of Akka.Persistence.Sql, and the one row that says which host may write them.
/// </summary>
/// <remarks>
/// Every host that takes the database raises the row's epoch, and every writing connection carries the epoch of its host in the setting
/// <c>actorrlhf.epoch</c>. A trigger compares the two under a lock that the next host has to wait for, so whatever a host commits, it was
/// still the one (reliability.md 22: a fencing token, checked by the storage itself and not by the clock of anybody).
/// </remarks>
static class PostgresSchema
{
    /// <summary>SQLSTATE of a write by a host whose time is over.</summary>
    public const string Fenced = "AR001";

    /// <summary>The setting of a connection that says for which host it writes.</summary>
    public const string EpochSetting = "actorrlhf.epoch";

    /// <summary>The table of that row.</summary>
    public const string Writer = "actorrlhf_writer";

    /// <summary>What Akka.Persistence.Sql makes; a test compares the two.</summary>
    public const string Tables = """
        CREATE TABLE IF NOT EXISTS journal (
            ordering bigint GENERATED ALWAYS AS IDENTITY,
            created bigint NOT NULL,
            deleted boolean NOT NULL,
            persistence_id text NOT NULL,
            sequence_number bigint NOT NULL,
            message bytea NOT NULL,
            tags text NULL,
            manifest text NULL,
            identifier integer NULL,
            writer_uuid text NULL,
            CONSTRAINT "PK_journal" PRIMARY KEY (ordering),
            CONSTRAINT journal_uq UNIQUE (persistence_id, sequence_number));
        CREATE INDEX IF NOT EXISTS journal_created_idx ON journal (created);
        CREATE INDEX IF NOT EXISTS journal_sequence_number_idx ON journal (sequence_number);
        CREATE TABLE IF NOT EXISTS snapshot (
            persistence_id text NOT NULL,
            sequence_number bigint NOT NULL,
            created bigint NOT NULL,
            snapshot bytea NULL,
            manifest text NULL,
            serializer_id integer NULL,
            CONSTRAINT "PK_snapshot" PRIMARY KEY (persistence_id, sequence_number));
        CREATE INDEX IF NOT EXISTS snapshot_sequence_number_idx ON snapshot (sequence_number);
        CREATE INDEX IF NOT EXISTS snapshot_created_idx ON snapshot (created);
        """;

    /// <summary>
    /// The row and its guard. The epoch is the key, so that raising it waits for whoever has just been found to be the one
    /// (FOR KEY SHARE), and a sign of life does not.
    /// </summary>
    public const string Fence = $$"""
        CREATE TABLE {{Writer}} (
            epoch bigint NOT NULL PRIMARY KEY,
            one boolean NOT NULL DEFAULT true UNIQUE CHECK (one),
            journal uuid NOT NULL DEFAULT gen_random_uuid(),
            holder text NULL,
            directory text NULL,
            seen timestamptz NOT NULL DEFAULT clock_timestamp());
        INSERT INTO {{Writer}} (epoch) VALUES (0);
        CREATE FUNCTION actorrlhf_fence() RETURNS trigger LANGUAGE plpgsql AS $guard$
        BEGIN
            PERFORM 1 FROM {{Writer}} WHERE epoch = nullif(current_setting('{{EpochSetting}}', true), '')::bigint FOR KEY SHARE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'another host has taken this database over' USING ERRCODE = '{{Fenced}}';
            END IF;
            RETURN NULL;
        END $guard$;
        CREATE TRIGGER actorrlhf_fence BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON journal
            FOR EACH STATEMENT EXECUTE FUNCTION actorrlhf_fence();
        CREATE TRIGGER actorrlhf_fence BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON snapshot
            FOR EACH STATEMENT EXECUTE FUNCTION actorrlhf_fence();
        """;
}
