"""The second wall of search, in SQL.

Row-level security forbids the planner to use a full-text index below a policy (the match operator
is not leak-proof), which costs a scan of every visible card. These functions belong to the schema's
owner and apply the same audiences themselves, so the index stays in use. See docs/decisions/0004.
"""

FUNCTIONS = """
CREATE FUNCTION search_words(query tsquery, most int) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT id FROM search_entry WHERE audience && vedette_audiences() AND words @@ query
    ORDER BY at DESC LIMIT most
$$;
CREATE FUNCTION search_prefix(start text, most int) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT e.id FROM search_identifier i JOIN search_entry e ON e.id = i.entry_id
    WHERE i.value >= start AND i.value < start || chr(1114109) AND e.audience && vedette_audiences()
    LIMIT most
$$;
CREATE FUNCTION search_listed(wanted text[], most int) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT DISTINCT e.id FROM search_identifier i JOIN search_entry e ON e.id = i.entry_id
    WHERE i.value = ANY (wanted) AND e.audience && vedette_audiences()
    LIMIT most
$$;
"""
DROP = """
DROP FUNCTION search_words(tsquery, int); DROP FUNCTION search_prefix(text, int);
DROP FUNCTION search_listed(text[], int);
"""
