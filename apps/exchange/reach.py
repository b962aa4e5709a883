"""The trigger that notes who can read a RIF from which place of the change feed on.

It takes the lock on the head of the chain of events, so the place that it notes is the number of the next
event: the very one that this transaction is about to record, or, where an audience is mended without an
event, one that nobody's cursor has passed yet.
"""

KEEP = """
CREATE FUNCTION exchange_reach_keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    place bigint;
    before int[] := '{}';
BEGIN
    IF TG_OP = 'UPDATE' THEN before := OLD.audience; END IF;
    IF before @> NEW.audience AND NEW.audience @> before THEN RETURN NULL; END IF;
    SELECT last_id + 1 INTO place FROM audit_head WHERE chain = 'audit_event' FOR UPDATE;
    UPDATE exchange_reach SET until = place
        WHERE rif_id = NEW.id AND until IS NULL AND organisation_id <> ALL (NEW.audience);
    INSERT INTO exchange_reach (rif_id, reference, organisation_id, since)
        SELECT DISTINCT NEW.id, NEW.reference, who, place FROM unnest(NEW.audience) who
        WHERE who > 0 AND who <> ALL (before);
    RETURN NULL;
END $$;
CREATE TRIGGER reach AFTER INSERT OR UPDATE OF audience ON rifs_rif
    FOR EACH ROW EXECUTE FUNCTION exchange_reach_keep();
"""
DROP = "DROP TRIGGER reach ON rifs_rif; DROP FUNCTION exchange_reach_keep();"

#: RIFs that are older than the feed stand in it as their events came.
BASELINE = """
INSERT INTO exchange_reach (rif_id, reference, organisation_id, since)
    SELECT DISTINCT r.id, r.reference, who, 0 FROM rifs_rif r, unnest(r.audience) who WHERE who > 0;
"""

#: The application reads its own organisation's rows and writes none.
WALL = """
ALTER TABLE exchange_reach ENABLE ROW LEVEL SECURITY;
CREATE POLICY wall ON exchange_reach FOR SELECT USING (
    (organisation_id = ANY (vedette_audiences()) AND vedette_may('rif.read')) OR -1 = ANY (vedette_audiences()));
"""
UNWALL = "DROP POLICY wall ON exchange_reach; ALTER TABLE exchange_reach DISABLE ROW LEVEL SECURITY;"
