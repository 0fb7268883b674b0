import { DynamoDBClient, QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});
const TableName = process.env.TABLE_NAME;

/** The read and the transaction of an enrolment by the SDK alone: no token, no rules, no answer to speak of. */
export const handler = async ({ user }: { readonly user: string }) => {
  const pk = { S: `USER#${user}` };
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': pk, ':first': { S: 'STATE#' }, ':last': { S: 'STATE$' } },
    }),
  );
  const sequence = Number(Items.find(({ sk }) => sk?.S === 'STATE#USER')?.sequence?.N ?? 0) + 1;
  const changeDate = { S: new Date().toISOString() };
  await client.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        {
          Update: {
            TableName,
            Key: { pk, sk: { S: 'STATE#USER' } },
            UpdateExpression: 'ADD #sequence :one SET changeDate = :changeDate',
            ConditionExpression: '#sequence = :seen',
            ExpressionAttributeNames: { '#sequence': 'sequence' },
            ExpressionAttributeValues: {
              ':one': { N: '1' },
              ':seen': { N: String(sequence - 1) },
              ':changeDate': changeDate,
            },
          },
        },
        {
          Put: {
            TableName,
            Item: { pk, sk: { S: 'STATE#FACTOR#OTP_SMS' }, sequence: { N: String(sequence) }, changeDate },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
        {
          Put: {
            TableName,
            Item: {
              pk,
              sk: { S: `EVENT#${String(sequence).padStart(20, '0')}` },
              type: { S: 'user.human.mfa.otp.sms.added' },
              sequence: { N: String(sequence) },
              createdAt: changeDate,
              editor: { S: user },
              resourceOwner: { S: 'owner' },
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ],
    }),
  );
  return { statusCode: 200, body: JSON.stringify({ sequence }) };
};
