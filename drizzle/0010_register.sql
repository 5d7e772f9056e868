-- A stall that the register is given is findable by its code before any market is known, as a receipt is by its token. Only
-- a stall that is there, under that code, in the market that the session is in.
CREATE FUNCTION directory_add_stalls(p_market text, p_ids text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_market IS NULL OR p_market IS DISTINCT FROM nullif(current_setting('app.market_id', true), '') THEN
    RAISE EXCEPTION 'directory: this session is not inside the market it names' USING ERRCODE = '42501';
  END IF;
  INSERT INTO public.directory (kind, key, market_id, object_id)
  SELECT 'stall_code', s.code, p_market, s.id FROM public.stall s WHERE s.market_id = p_market AND s.id = ANY (p_ids);
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION directory_add_stalls(text, text[]) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION directory_add_stalls(text, text[]) TO tv_api;
