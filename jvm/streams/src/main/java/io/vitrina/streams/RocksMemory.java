package io.vitrina.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One bound on RocksDB's memory for the whole process, however many tasks and stores it holds: blocks, indexes, filters and write buffers all
 * count against one shared cache. The first store that opens decides the sizes; they live as long as the process.
 */
public final class RocksMemory implements RocksDBConfigSetter {
  static final String CACHE_BYTES = "vitrina.rocksdb.cache.bytes";
  static final String WRITE_BUFFER_BYTES = "vitrina.rocksdb.write.buffer.bytes";

  private static Cache cache;
  private static WriteBufferManager buffers;

  private static synchronized void share(long cacheBytes, long bufferBytes) {
    if (cache == null) {
      cache = new LRUCache(cacheBytes + bufferBytes, -1, false, 0.1);
      buffers = new WriteBufferManager(bufferBytes, cache);
    }
  }

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    share(Long.parseLong(configs.get(CACHE_BYTES).toString()), Long.parseLong(configs.get(WRITE_BUFFER_BYTES).toString()));
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(cache);
    table.setCacheIndexAndFilterBlocks(true);
    table.setCacheIndexAndFilterBlocksWithHighPriority(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setWriteBufferManager(buffers);
    options.setWriteBufferSize(4 << 20);
    options.setMaxWriteBufferNumber(2);
    options.setTableFormatConfig(table);
  }

  @Override
  public void close(String storeName, Options options) {
    // The cache and the manager are shared; closing a store must not close them.
  }
}
