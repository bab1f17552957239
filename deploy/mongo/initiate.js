// Run by mongosh --nodb: makes the replica set of one member, where there is none, and the services' user. May run any number of times.
const setName = "sikap";
const databases = ["sikap_ingestion", "sikap_stance_classification", "sikap_query"];

// Asks again each half second, for a minute: the server restarts once after its first start.
function untilReady(question) {
  for (let waited = 0; ; waited += 500) {
    try {
      const answer = question();
      if (answer) {
        return answer;
      }
    } catch (error) {
      if (waited >= 60000) {
        throw error;
      }
    }
    if (waited >= 60000) {
      throw new Error("not ready after a minute");
    }
    sleep(500);
  }
}

const admin = untilReady(() => connect(`mongodb://root:${encodeURIComponent(process.env.MONGO_ROOT_PASSWORD)}@mongo:27017/admin?directConnection=true`));
if (!admin.hello().setName) {
  admin.adminCommand({ replSetInitiate: { _id: setName, members: [{ _id: 0, host: "mongo:27017" }] } });
}
untilReady(() => admin.hello().isWritablePrimary);

const account = { pwd: process.env.MONGO_PASSWORD, roles: databases.map(db => ({ role: "readWrite", db })) };
if (admin.getUser("sikap")) {
  admin.updateUser("sikap", account);
} else {
  admin.createUser({ user: "sikap", ...account });
}
