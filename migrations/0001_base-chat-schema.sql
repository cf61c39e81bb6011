-- A chat as an app has it before it can resume: sessions of users, and messages in them.

-- Up Migration
CREATE TABLE ai_chat_sessions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id text NOT NULL,
  title text,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idx_ai_chat_sessions_user_created ON ai_chat_sessions (user_id, created_at);

CREATE TABLE ai_chat_messages (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  session_id uuid NOT NULL REFERENCES ai_chat_sessions (id) ON DELETE CASCADE,
  -- The order of a conversation. Two rows of one transaction share their created_at.
  position bigint GENERATED ALWAYS AS IDENTITY,
  role varchar(20) NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
  content text NOT NULL DEFAULT '',
  -- The question that an answer answers.
  reply_to uuid REFERENCES ai_chat_messages (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX idx_ai_chat_messages_session_position ON ai_chat_messages (session_id, position);
CREATE INDEX idx_ai_chat_messages_reply_to ON ai_chat_messages (reply_to) WHERE reply_to IS NOT NULL;

-- Down Migration
DROP TABLE ai_chat_messages;
DROP TABLE ai_chat_sessions;
