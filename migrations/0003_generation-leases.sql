-- Who is producing an answer, until when that is believed without news, and what became of it.

-- Up Migration
ALTER TABLE ai_chat_messages
  ADD COLUMN lease_owner text,
  -- Raised by whoever takes a generation from its owner; what the owner still writes then no longer counts.
  ADD COLUMN lease_epoch integer NOT NULL DEFAULT 0,
  ADD COLUMN lease_expires_at timestamptz,
  ADD COLUMN chunk_count integer NOT NULL DEFAULT 0,
  ADD COLUMN error_code varchar(40);

-- Down Migration
ALTER TABLE ai_chat_messages
  DROP COLUMN error_code,
  DROP COLUMN chunk_count,
  DROP COLUMN lease_expires_at,
  DROP COLUMN lease_epoch,
  DROP COLUMN lease_owner;
