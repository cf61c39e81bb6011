-- By what name the LLM knows an answer, so that another process can go on with it when its owner dies.

-- Up Migration
ALTER TABLE ai_chat_messages ADD COLUMN llm_response varchar(200);

-- Down Migration
ALTER TABLE ai_chat_messages DROP COLUMN llm_response;
